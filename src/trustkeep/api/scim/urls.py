"""The addresses of SCIM, below ``/scim/v2/``."""

from django.urls import path, re_path

from trustkeep.api.scim import views

app_name = "scim"
urlpatterns = [
    path("Users", views.users_view, name="users"),
    path("Users/<str:person_id>", views.user_view, name="user"),
    path("Groups", views.groups_view, name="groups"),
    re_path(
        r"^(?P<what>ServiceProviderConfig|ResourceTypes|Schemas)$", views.about_view, name="about"
    ),
]
