"""The tables of requests are an app of their own inside lifecycle."""

from __future__ import annotations

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "trustkeep.lifecycle.requests"
    label = "requests"
