"""The staff's addresses, below ``/console/``."""

from django.urls import path
from django.views.generic import RedirectView

from trustkeep.console.views import (
    account,
    account_acts,
    accounts,
    audit,
    evidence,
    home,
    letters,
    people,
    promises,
    records,
    requests,
    roster,
    systems,
    tokens,
    ways_in,
    wordings,
)

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    # Where the staff's door was first: bookmarks still lead to the one for everybody.
    path("sign-in/", RedirectView.as_view(pattern_name="entrance:sign-in"), name="sign-in"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/export.csv", accounts.export, name="accounts-export"),
    path("accounts/new/", accounts.add, name="account-add"),
    path("accounts/<uuid:account_id>/", account.account, name="account"),
    path("accounts/<uuid:account_id>/change/", accounts.change, name="account-change"),
    path("accounts/<uuid:account_id>/end/", account_acts.end, name="account-end"),
    path("accounts/<uuid:account_id>/call-off/", account_acts.call_off, name="account-call-off"),
    path("accounts/<uuid:account_id>/reinstate/", account_acts.reinstate, name="account-reinstate"),
    path("accounts/<uuid:account_id>/hold/", account_acts.hold, name="account-hold"),
    path(
        "accounts/<uuid:account_id>/holds/<uuid:hold_id>/release/",
        account_acts.release,
        name="account-release",
    ),
    path(
        "accounts/<uuid:account_id>/holds/<uuid:hold_id>/review/",
        account_acts.review,
        name="account-review",
    ),
    path("accounts/<uuid:account_id>/plan/", account_acts.plan, name="account-plan"),
    path("accounts/<uuid:account_id>/delete/", account_acts.delete, name="account-delete"),
    path("accounts/<uuid:account_id>/approve/", account_acts.approve, name="account-approve"),
    path("receipts/<uuid:receipt_id>/<slug:form>/", account.receipt, name="receipt"),
    path("promises/", promises.promises, name="promises"),
    path("promises/<slug:slug>/", promises.promise, name="promise"),
    path("promises/<slug:slug>/run/", promises.run, name="run"),
    path("promises/<slug:slug>/checks/<slug:name>/off/", promises.switch_off, name="switch-off"),
    path("promises/<slug:slug>/checks/<slug:name>/on/", promises.switch_on, name="switch-on"),
    path("promises/<slug:slug>/wording/", wordings.edit, name="wording"),
    path(
        "promises/<slug:slug>/wording/<uuid:wording_id>/approve/", wordings.approve, name="approve"
    ),
    path(
        "promises/<slug:slug>/wording/<uuid:wording_id>/withdraw/",
        wordings.withdraw,
        name="withdraw-wording",
    ),
    path("promises/<slug:slug>/note/", wordings.note, name="note"),
    path(
        "promises/<slug:slug>/note/<uuid:note_id>/withdraw/",
        wordings.withdraw_note,
        name="withdraw-note",
    ),
    path("drafts/", wordings.drafts, name="drafts"),
    path("records/", records.kinds, name="records"),
    path("records/<slug:slug>/", records.kind, name="record-kind"),
    path("records/<slug:slug>/export.csv", records.export, name="record-export"),
    path("records/<slug:slug>/new/", records.enter, name="record-enter"),
    path("records/<slug:slug>/<uuid:record_id>/", records.amend, name="record"),
    path(
        "records/<slug:slug>/<uuid:record_id>/withdraw/", records.withdraw, name="record-withdraw"
    ),
    path("requests/", requests.requests, name="requests"),
    path("requests/export.csv", requests.export, name="requests-export"),
    path("requests/new/", requests.enter, name="request-enter"),
    path("requests/<uuid:request_id>/", requests.request_, name="request"),
    path(
        "requests/<uuid:request_id>/letters/<uuid:letter_id>/",
        requests.letter,
        name="request-letter",
    ),
    path("requests/<uuid:request_id>/<slug:name>/", requests.act, name="request-act"),
    path("evidence/", evidence.entries, name="evidence"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.ndjson", audit.export, name="audit-export"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<uuid:letter_id>/", letters.letter, name="letter"),
    path("letters/<uuid:letter_id>/try-again/", letters.again, name="letter-again"),
    path("letters/<uuid:letter_id>/cancel/", letters.call_off, name="letter-cancel"),
    path("systems/", systems.systems, name="systems"),
    path("systems/new/<slug:kind>/", systems.add, name="system-add"),
    path("systems/<uuid:system_id>/", systems.system, name="system"),
    path("systems/<uuid:system_id>/change/", systems.change, name="system-change"),
    path("systems/<uuid:system_id>/try/", systems.try_it, name="system-try"),
    path("systems/<uuid:system_id>/dry-run/", systems.dry_run, name="system-dry-run"),
    path("systems/<uuid:system_id>/rotate/", systems.rotate, name="system-rotate"),
    path("systems/<uuid:system_id>/retire/", systems.retire, name="system-retire"),
    path(
        "systems/<uuid:system_id>/deliveries/<uuid:delivery_id>/", systems.delivery, name="delivery"
    ),
    path(
        "systems/<uuid:system_id>/deliveries/<uuid:delivery_id>/again/",
        systems.again,
        name="delivery-again",
    ),
    path(
        "systems/<uuid:system_id>/deliveries/<uuid:delivery_id>/explain/",
        systems.explain,
        name="delivery-explain",
    ),
    path("people/", people.people, name="people"),
    path("people/new/", people.add, name="person-add"),
    path("people/table/", roster.choose, name="roster"),
    path("people/table/take-over/", roster.take_over, name="roster-take-over"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/sessions/end/", ways_in.end_sessions, name="person-sessions-end"),
    path("people/<uuid:person_id>/rescue/", ways_in.rescue_person, name="person-rescue"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="token-revoke"),
]
