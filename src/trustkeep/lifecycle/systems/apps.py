"""The tables of connected systems are an app of their own inside lifecycle."""

from __future__ import annotations

from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "trustkeep.lifecycle.systems"
    label = "systems"
