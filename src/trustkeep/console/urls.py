"""The staff's addresses."""

from django.urls import URLPattern

app_name = "console"
urlpatterns: list[URLPattern] = []
