"""A customer's addresses, below ``/app/``."""

from django.urls import path

from trustkeep.workspace.views import contract, home, team

app_name = "workspace"
urlpatterns = [
    path("", home.home, name="home"),
    path("members/", team.members, name="team"),
    path("members/<uuid:member_id>/", team.act, name="team-act"),
    path("contract/", contract.contract, name="contract"),
    path("contract/end/", contract.end, name="contract-end"),
    path("contract/call-off/", contract.call_off, name="contract-call-off"),
    path("contract/receipts/<uuid:receipt_id>/<str:name>", contract.receipt, name="receipt"),
]
