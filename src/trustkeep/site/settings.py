"""All settings, in one file; what differs between installations comes from `installation`."""

from __future__ import annotations

import os
from pathlib import Path

DATA = Path(os.environ.get("TRUSTKEEP_DATA", "var/demo"))

SECRET_KEY = "replaced-by-the-key-store"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "trustkeep.site.urls"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "trustkeep.evidence",
    "trustkeep.records",
    "trustkeep.accounts",
    "trustkeep.identity",
    "trustkeep.controls",
    "trustkeep.ui",
    "trustkeep.trust",
    "trustkeep.console",
    "trustkeep.site",
]
MIDDLEWARE = [
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["django.templatetags.i18n"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "trustkeep.db",
        "CONN_MAX_AGE": None,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("de", "Deutsch"), ("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
