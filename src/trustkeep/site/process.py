"""What the server's worker process runs: the edge in front of Django, the timetable beside it."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustkeep.site.settings")
django.setup(set_prefix=False)

from trustkeep.site import admission, background, quarantine  # noqa: E402  (Django has to be up first)
from trustkeep.site.edge import of_installation  # noqa: E402
from trustkeep.site.lanes import Lanes  # noqa: E402

quarantine.of_process.look()
application = Lanes(
    of_installation(), admits=admission.most_bytes, closed=quarantine.of_process.answer
)
background.start()
