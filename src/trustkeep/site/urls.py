"""Every address of the product, by part."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

handler400 = "trustkeep.site.errors.bad_request"
handler403 = "trustkeep.site.errors.forbidden"
handler404 = "trustkeep.site.errors.not_found"
handler500 = "trustkeep.site.errors.server_error"
