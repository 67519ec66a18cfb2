"""Addresses without a language."""

from django.urls import path

from trustkeep.trust.views import log, machines, pages

app_name = "machines"
urlpatterns = [
    path("", pages.home, name="home"),
    path("trust.json", machines.twin, name="twin"),
    path("evidence/<int:index>.tlog-proof", log.receipt, name="receipt"),
    path(".well-known/trust-log/checkpoint", log.checkpoint, name="checkpoint"),
    path(".well-known/trust-log/vkey", log.verifier_key, name="vkey"),
    path(".well-known/trust-log/tile/<path:address>", log.tile, name="tile"),
    path(".well-known/security.txt", machines.security_txt, name="security-txt"),
    path("security.txt", machines.to_security_txt),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("favicon.ico", machines.to_icon),
]
