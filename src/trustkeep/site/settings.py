"""All settings, in one file; what differs between installations comes from `installation`.

Importing this file reads the configuration and no key: the database key and the signing key are
fetched from the key store when first needed.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.functional import SimpleLazyObject

from trustkeep.identity.limits import LONGEST_SESSION
from trustkeep.site import headers, installation, keys, logs

INSTALLATION = installation.current()
# Tools read the settings without an installation; nothing can be opened then.
CONFIG = installation.config_or_blank(INSTALLATION)

DEBUG = False
SECRET_KEY = SimpleLazyObject(keys.signing_key)
ALLOWED_HOSTS = [installation.bracketed(host) for host in CONFIG.hosts]
ROOT_URLCONF = "trustkeep.site.urls"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "trustkeep.evidence",
    "trustkeep.vault",
    "trustkeep.records",
    "trustkeep.accounts",
    "trustkeep.letters",
    "trustkeep.identity",
    "trustkeep.lifecycle",
    "trustkeep.lifecycle.systems.apps.SystemsConfig",
    "trustkeep.holdings",
    "trustkeep.lifecycle.requests.apps.RequestsConfig",
    "trustkeep.lifecycle.backups.apps.BackupsConfig",
    "trustkeep.controls",
    "trustkeep.ui",
    "trustkeep.trust",
    "trustkeep.entrance",
    "trustkeep.workspace",
    "trustkeep.console",
    "trustkeep.api",
    "trustkeep.site.apps.SiteConfig",
]
MIDDLEWARE = [
    "trustkeep.site.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "trustkeep.site.middleware.Refusals",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "trustkeep.identity.middleware.SignedIn",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "trustkeep.ui.templatetags.trustkeep",
            ],
            "context_processors": ["django.template.context_processors.request"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "trustkeep.vault.sqlcipher",
        "NAME": INSTALLATION.database,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"key": keys.database_key},
        # Tests that spread over processes need a file each.
        "TEST": {"NAME": str(INSTALLATION.data / "test.db")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

LEDGER = INSTALLATION.ledger if INSTALLATION.config_file.is_file() else None
"""What outlives every copy of the database; None keeps nothing, for tools and tests."""

BASE_URL = CONFIG.base_url
"""The address that readers type, without a slash at its end; absolute links start with it."""

LANGUAGE_CODE = CONFIG.default_language
LANGUAGES = [("de", "Deutsch"), ("en", "English"), ("fr", "Français")]
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

FILE_UPLOAD_HANDLERS = ["trustkeep.site.receiving.SealedUploadHandler"]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "trustkeep.site.assets.AssetStorage"},
}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "trustkeep.site.assets.HashedNameFinder",
]

AUTH_USER_MODEL = "identity.User"
PASSWORD_HASHERS = ["trustkeep.identity.hashing.BoundedArgon2Hasher"]
SESSION_ENGINE = "trustkeep.identity.store"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(LONGEST_SESSION.total_seconds())
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"

SECURE_CSP = headers.CONTENT_SECURITY_POLICY
SECURE_HSTS_SECONDS = int(headers.HSTS_MAX_AGE.total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = headers.REFERRER_POLICY
SECURE_CROSS_ORIGIN_OPENER_POLICY = headers.OPENER_POLICY
X_FRAME_OPTIONS = "DENY"
# The redirect to HTTPS is a listener of its own, before Django; behind it nothing is plain.
SILENCED_SYSTEM_CHECKS = ["security.W008"]

CSRF_FAILURE_VIEW = "trustkeep.site.errors.csrf_failure"

LOGGING_CONFIG = None
logs.configure()
