"""Addresses below a language."""

from django.urls import path

from trustkeep.trust.views import changes, evidence, machines, pages, verify

app_name = "trust"
urlpatterns = [
    path("", pages.page, name="page"),
    path("trust.json", machines.twin_of_language, name="twin"),
    path("on/", pages.choose_day, name="choose-day"),
    path("on/<str:day>/", pages.on_day, name="on-day"),
    path("promises/<slug:slug>/", pages.promise, name="promise"),
    path("changes/", changes.changes, name="changes"),
    path("changes.atom", changes.feed, name="feed"),
    path("evidence/", evidence.entries, name="evidence"),
    path("evidence/<int:index>/", evidence.entry, name="entry"),
    path("verify/", verify.verify, name="verify"),
]
