"""Joins the parts when Django has loaded them all."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "trustkeep.site"

    def ready(self) -> None:
        from trustkeep.site import wiring

        wiring.join()
