"""The tables of backups are an app of their own inside lifecycle."""

from __future__ import annotations

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "trustkeep.lifecycle.backups"
    label = "backups"
