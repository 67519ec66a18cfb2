"""The addresses of the doors, the same for staff and customers."""

from django.urls import path
from django.views.i18n import set_language

from trustkeep.entrance.views import (
    announcements,
    enrolling,
    factor,
    invitations,
    links,
    me,
    my_sessions,
    passwords,
    providers,
    shared,
    signing_in,
)

app_name = "entrance"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/passkey/", factor.passkey, name="passkey-sign-in"),
    path("sign-in/passkey/question/", factor.question, name="passkey-question"),
    path("sign-in/factor/", factor.factor, name="factor"),
    path("password/forgotten/", passwords.forgotten, name="password-forgotten"),
    path("password/new/", passwords.renew, name="password-renew"),
    path("password/new/<str:secret>/", passwords.redeem, name="password-reset"),
    path(".well-known/change-password", passwords.change, name="change-password"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("me/", me.me, name="me"),
    path("me/authenticator/", enrolling.authenticator, name="authenticator"),
    path("me/authenticator/remove/", enrolling.remove_authenticator, name="authenticator-remove"),
    path("me/passkeys/", enrolling.passkey, name="passkeys"),
    path("me/passkeys/question/", enrolling.passkey_question, name="passkey-registration"),
    path("me/passkeys/<uuid:passkey_id>/remove/", enrolling.remove_passkey, name="passkey-remove"),
    path("me/recovery-codes/", enrolling.new_codes, name="recovery-codes"),
    path("me/recovery-codes/file/", enrolling.codes_file, name="recovery-codes-file"),
    path("me/sessions/<uuid:session_id>/end/", my_sessions.end, name="session-end"),
    path("me/sessions/end-others/", my_sessions.end_others, name="sessions-end"),
    path("me/rescue/<uuid:rescue_id>/stop/", my_sessions.stop_rescue, name="rescue-stop"),
    path("sso/<slug:slug>/start", providers.start, name="provider-start"),
    path("sso/<slug:slug>/link", providers.link, name="provider-link"),
    path("sso/<slug:slug>/invited", providers.invited, name="provider-invited"),
    path("sso/<slug:slug>/confirm", providers.confirm, name="provider-confirm"),
    path("sso/<slug:slug>/callback", providers.callback, name="provider-callback"),
    path("sso/<slug:slug>/events", announcements.event, name="provider-events"),
    path("sso/<slug:slug>/logout", announcements.logout, name="provider-logout"),
    path("shared/<str:secret>/", shared.shared, name="shared"),
    path("shared/<str:secret>/file", shared.content, name="shared-content"),
    path("me/links/<int:link_id>/remove/", links.unlink, name="provider-unlink"),
    path("me/links/waiting/<uuid:proposal_id>/stop/", links.take_back, name="proposal-stop"),
    path("language/", set_language, name="language"),
]
