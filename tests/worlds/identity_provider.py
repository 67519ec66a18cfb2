"""A real HTTPS server that plays Google, Entra for several tenants, and a plain provider.

It keeps the rules of the code flow as they do, and can be told to break any of them: claims, keys,
headers and whole answers may be replaced for a test. Every request is written down.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import trustme
from joserfc import jws
from joserfc.jwk import ECKey, KeyParameters, RSAKey

HOME_TENANT = "7d1a5b0e-3c52-4f7a-9f0b-2a6d8c4e1f90"
OTHER_TENANT = "c2b8e6d4-9a1f-4c3e-8b7d-5f0e2a9c6d13"
CLIENT_ID, CLIENT_SECRET = "our-client", "our-secret/+:"

type Claims = dict[str, Any]
type Answer = tuple[int, dict[str, str], bytes]
type Answering = Callable[["Played", "Asked"], Answer | None]


@dataclass(frozen=True)
class Asked:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Played:
    """One provider on the server, below ``prefix``; the fields are what tests bend."""

    family: str
    base: str
    prefix: str
    issuer: str
    keys: list[RSAKey | ECKey]
    subject: str = "subject-1"
    email: str = "alice@example.com"
    tenant: str = HOME_TENANT
    bend: Callable[[Claims], Claims] = lambda claims: claims
    bend_metadata: Callable[[Claims], Claims] = lambda told: told
    bend_answer: Callable[[Claims], Claims] = lambda told: told
    bend_return: Callable[[dict[str, str]], dict[str, str]] = lambda told: told
    sign: Callable[[Played, Claims], str] | None = None
    instead: dict[str, Answering] = field(default_factory=dict)
    userinfo: Claims | None = None
    asks_first: bool = False
    prompts: tuple[str, ...] | None = None
    wants: str = ""
    client_key: RSAKey | ECKey | None = None
    at: float = 0.0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[Asked] = field(default_factory=list)
    first_keys: list[RSAKey | ECKey] = field(init=False)

    def __post_init__(self) -> None:
        self.first_keys = list(self.keys)

    @property
    def url(self) -> str:
        """What is configured as the issuer."""
        return f"{self.base}{self.prefix}"

    def asked(self, ending: str) -> list[Asked]:
        """Return the requests whose path ended so."""
        return [one for one in self.seen if one.path.endswith(ending)]

    def claims(self, asked: Mapping[str, str], access_token: str) -> Claims:
        """Return what the provider says of the person who is signed in there."""
        now = int(self.at or time.time())
        told: Claims = {
            "iss": self.issuer.replace("{tenantid}", self.tenant),
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "nonce": asked.get("nonce", ""),
            "email": self.email,
            "auth_time": now if asked.get("max_age") == "0" else now - 3600,
            "at_hash": half_digest(access_token),
        }
        if self.family == "google":
            told |= {"email_verified": True, "azp": CLIENT_ID, "amr": ["pwd", "mfa"]}
        if self.family == "microsoft":
            told |= {"tid": self.tenant, "ver": "2.0", "oid": object_of(self.subject)}
        return self.bend(told)

    def signed(self, claims: Claims) -> str:
        """Return an ID token."""
        if self.sign:
            return self.sign(self, claims)
        return token(claims, self.keys[0])

    def metadata(self) -> Claims:
        """Return the configuration document."""
        return self.bend_metadata(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "token_endpoint_auth_methods_supported": (
                    ["client_secret_basic"] if self.family == "plain" else ["client_secret_post"]
                ),
            }
        )

    def key_set(self) -> Claims:
        """Return the public keys; Entra's say whose tokens they sign."""
        extra = {"issuer": self.issuer} if self.family == "microsoft" else {}
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": key.kid, "use": "sig", **extra}
                for key in self.keys
            ]
        }


def object_of(subject: str) -> str:
    """Return the object id of somebody in a tenant's directory."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, subject))


def new_key(kind: str = "RSA") -> RSAKey | ECKey:
    """Return a key with a name of its own."""
    named: KeyParameters = {"kid": uuid.uuid4().hex[:8]}
    if kind == "RSA":
        return RSAKey.generate_key(2048, named)
    return ECKey.generate_key("P-256", named)


def token(claims: Claims, key: RSAKey | ECKey, **header: Any) -> str:
    """Return a signed token."""
    algorithm = "RS256" if key.key_type == "RSA" else "ES256"
    head = {"alg": algorithm, "kid": key.kid, "typ": "JWT", **header}
    return jws.serialize_compact(
        {name: value for name, value in head.items() if value is not None},
        json.dumps(claims).encode(),
        key,
        algorithms=["RS256", "ES256"],
    )


def half_digest(text: str) -> str:
    """Return what at_hash and c_hash hold."""
    half = hashlib.sha256(text.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def as_json(told: object, status: int = 200) -> Answer:
    """Return an answer in JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(told).encode()


@dataclass
class World:
    """The server with its three providers, and the authority that its certificate comes from."""

    authority: Path
    google: Played
    microsoft: Played
    plain: Played

    def all(self) -> list[Played]:
        return [self.google, self.microsoft, self.plain]

    def keep_time(self, at: datetime) -> None:
        """Let all providers have the time that the test has."""
        for played in self.all():
            played.at = at.timestamp()

    def anew(self) -> World:
        """Return this world as it was at the start; keys are made once, they take time."""
        for name in ("google", "microsoft", "plain"):
            old: Played = getattr(self, name)
            fresh = Played(old.family, old.base, old.prefix, old.issuer, list(old.first_keys))
            setattr(self, name, fresh)
        return self


@contextmanager
def running(directory: Path, port: int = 0) -> Iterator[World]:
    """Serve a world until the block ends."""
    ca = trustme.CA()
    authority = directory / "provider-ca.pem"
    ca.cert_pem.write_to_path(str(authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    server = _Server(("127.0.0.1", port), _Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    base = f"https://localhost:{server.server_address[1]}"
    world = _world(base, authority)
    server.world = world
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _world(base: str, authority: Path) -> World:
    google = Played("google", base, "/google", f"{base}/google", [new_key()])
    microsoft = Played(
        "microsoft", base, "/entra/common/v2.0", f"{base}/entra/{{tenantid}}/v2.0", [new_key()]
    )
    plain = Played("plain", base, "/plain", f"{base}/plain", [new_key("EC")])
    return World(authority, google, microsoft, plain)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    world: World

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gives up on a bad answer is what tests want to see."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(_flat(self.rfile.read(length).decode()))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            self.command, parts.path, _flat(parts.query), form, dict(self.headers.items())
        )
        for played in self.server.world.all():
            if parts.path.startswith(played.prefix + "/"):
                played.seen.append(asked)
                status, headers, body = answer(played, asked)
                break
        else:
            status, headers, body = 404, {}, b"nothing here"
        self.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def answer(played: Played, asked: Asked) -> Answer:
    """Return what a provider answers: what it was told to, else what it has to."""
    ending = asked.path.removeprefix(played.prefix)
    if ending in played.instead:
        told = played.instead[ending](played, asked)
        if told is not None:
            return told
    routes: dict[str, Callable[[Played, Asked], Answer]] = {
        "/.well-known/openid-configuration": lambda one, _: as_json(one.metadata()),
        "/keys": lambda one, _: as_json(one.key_set()),
        "/authorize": _authorize,
        "/token": _token,
        "/userinfo": lambda one, _: as_json(one.userinfo or {"sub": one.subject}),
    }
    return routes[ending](played, asked) if ending in routes else (404, {}, b"")


def _authorize(played: Played, asked: Asked) -> Answer:
    told = asked.query
    sound = (
        told.get("response_type") == "code"
        and told.get("client_id") == CLIENT_ID
        and told.get("code_challenge_method") == "S256"
        and {"state", "nonce", "code_challenge", "redirect_uri"} <= told.keys()
        and "openid" in told.get("scope", "").split()
    )
    if played.prompts is not None and not set(told.get("prompt", "").split()) <= set(
        played.prompts
    ):
        returned = {"error": "invalid_request", "state": told["state"]}
        return 302, {"Location": f"{told['redirect_uri']}?{urlencode(returned)}"}, b""
    if not sound:
        return 400, {}, b"bad request"
    if played.asks_first and "consent" not in told:
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{value.replace(chr(34), "&quot;")}">'
            for name, value in told.items()
        )
        button = '<button name="consent" value="yes">Yes</button>'
        page = f"<h1>Played {played.family}</h1><form>{hidden}{button}</form>"
        return 200, {"Content-Type": "text/html"}, page.encode()
    code = uuid.uuid4().hex
    played.codes[code] = told
    returned = played.bend_return({"code": code, "state": told["state"]})
    return 302, {"Location": f"{told['redirect_uri']}?{urlencode(returned)}"}, b""


def _token(played: Played, asked: Asked) -> Answer:
    if not _knows(played, asked):
        return as_json({"error": "invalid_client"}, 401)
    started = played.codes.pop(asked.form.get("code", ""), None)
    if started is None:
        return as_json({"error": "invalid_grant"}, 400)
    digest = hashlib.sha256(asked.form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if (challenge, asked.form.get("redirect_uri")) != (
        started["code_challenge"],
        started["redirect_uri"],
    ):
        return as_json({"error": "invalid_grant"}, 400)
    access = uuid.uuid4().hex
    told = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": 3600,
        "id_token": played.signed(played.claims(started, access)),
    }
    return as_json(played.bend_answer(told))


def _knows(played: Played, asked: Asked) -> bool:
    form, given = asked.form, asked.headers.get("Authorization", "")
    if played.client_key:
        return _is_assertion_of_ours(played, form)
    if given.startswith("Basic "):
        name, _, secret = base64.b64decode(given[6:]).decode().partition(":")
        ours = (unquote(name), unquote(secret)) == (CLIENT_ID, CLIENT_SECRET)
        return ours and played.wants in ("", "client_secret_basic")
    ours = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
    return ours and played.wants in ("", "client_secret_post")


def _is_assertion_of_ours(played: Played, form: Mapping[str, str]) -> bool:
    assert played.client_key
    made = jws.deserialize_compact(
        form["client_assertion"], played.client_key, algorithms=["RS256", "PS256", "ES256"]
    )
    told = json.loads(made.payload)
    return (
        "client_secret" not in form
        and told["iss"] == told["sub"] == form["client_id"] == CLIENT_ID
        and told["aud"] == f"{played.url}/token"
        and 0 < told["exp"] - told["iat"] <= 600
    )


def _flat(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}
