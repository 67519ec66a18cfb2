"""The addresses of the doors, the same for staff and customers."""

from django.urls import path
from django.views.i18n import set_language

from trustkeep.entrance.views import invitations, me, signing_in

app_name = "entrance"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("me/", me.me, name="me"),
    path("language/", set_language, name="language"),
]
