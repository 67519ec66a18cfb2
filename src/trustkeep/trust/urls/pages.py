"""Addresses below a language."""

from django.urls import path

from trustkeep.trust.views import changes, evidence, machines, pages, verify, your_data

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
    path("your-data/", your_data.your_data, name="your-data"),
    path("your-data/confirm/<str:token>/", your_data.confirm, name="your-data-confirm"),
    path("your-data/answer/<str:token>/", your_data.answer, name="your-data-answer"),
    path("your-data/<str:token>/", your_data.status, name="your-data-status"),
    path("your-data/<str:token>/withdraw/", your_data.withdraw, name="your-data-withdraw"),
    path("your-data/<str:token>/everything/", your_data.everything, name="your-data-everything"),
    path(
        "your-data/<str:token>/letters/<int:number>.txt", your_data.letter, name="your-data-letter"
    ),
    path("verify/", verify.verify, name="verify"),
]
