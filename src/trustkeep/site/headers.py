"""The security headers of every answer, said once; the settings and the server's edge read them.

The policy allows what the product ships and nothing else: no script, no foreign host. `connect-src`
is open to the own host because auditing browsers fetch `robots.txt` from inside the page.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.csp import CSP

HSTS_MAX_AGE = timedelta(days=730)
"""Two years, as the preload lists and Mozilla's guidelines ask for."""

CONTENT_SECURITY_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}

PERMISSIONS = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
"""Powers of a browser that no page of ours asks for."""

REFERRER_POLICY = "same-origin"
"""Not `no-referrer`: with it browsers send `Origin: null` and no form would pass the CSRF check."""
OPENER_POLICY = "same-origin"

SECURITY_HEADERS: dict[str, str] = {
    "Strict-Transport-Security": (
        f"max-age={int(HSTS_MAX_AGE.total_seconds())}; includeSubDomains; preload"
    ),
    "Content-Security-Policy": "; ".join(
        f"{directive} {' '.join(str(source) for source in sources)}"
        for directive, sources in CONTENT_SECURITY_POLICY.items()
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in PERMISSIONS),
}


def with_security_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return `headers` and those security headers that an answer has not set itself."""
    told = {name.lower() for name, _ in headers}
    return headers + [pair for pair in SECURITY_HEADERS.items() if pair[0].lower() not in told]
