"""Every address of the product, by part."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("trustkeep.trust.urls.machines")),
    path("scim/v2/", include("trustkeep.api.scim.urls")),
    path("api/v1/", include("trustkeep.api.urls")),
    path("", include("trustkeep.entrance.urls")),
    path("app/", include("trustkeep.workspace.urls")),
    path("console/", include("trustkeep.console.urls")),
    *i18n_patterns(path("", include("trustkeep.trust.urls.pages"))),
]

handler400 = "trustkeep.site.errors.bad_request"
handler403 = "trustkeep.site.errors.forbidden"
handler404 = "trustkeep.site.errors.not_found"
handler500 = "trustkeep.site.errors.server_error"
