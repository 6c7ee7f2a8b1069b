"""Client registration: what clients really send, and what attackers might."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.oauth.registration import SUPPORTED_GRANT_TYPES, register
from mxcp_flask.oauth.registration_errors import InvalidClientMetadataError, InvalidRedirectURIError
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.records import Client

NOW = 1_800_000_000
SCOPES = ScopePolicy(required=("mxcp:access",), known=("mxcp:access", "mxcp:admin"))
URI = "https://myapp.example.com/oauth/callback"
NATIVE = "http://127.0.0.1:33418/"
EVERYTHING = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
PRIVILEGED = {
    "client_id": "mine",
    "client_secret": "mine",
    "client_id_issued_at": 1,
    "client_secret_expires_at": 1,
    "registration_access_token": "mine",
    "configured": True,
    "allowed_scopes": ["root"],
    "secret_hash": digest("mine"),
    "skip_consent": True,
    "jwks_uri": "http://169.254.169.254/",
    "jwks": {"keys": []},
    "sector_identifier_uri": "https://evil.example",
    "request_uris": ["https://evil.example"],
    "logo_uri": "https://evil.example/logo.png",
    "software_statement": "eyJ",
    "client_name#de": "Anders",
    "unknown": {"deep": [None]},
}


def client_of(**metadata: Any) -> Client:
    """Return the client that comes of a request with a redirect URI and ``metadata``."""
    return register({"redirect_uris": [URI], **metadata}, SCOPES, NOW).client


def test_request_of_the_users_document() -> None:
    """The document's request gets all the keys of the document's answer, and a secret that works."""
    request = {
        "client_name": "My Application",
        "redirect_uris": [URI],
        "grant_types": ["authorization_code"],
        "scope": "mxcp:access",
    }
    registration = register(request, SCOPES, NOW)
    answer = registration.answer

    assert request.items() <= answer.items()
    assert answer["client_id"] == registration.client.client_id
    assert (answer["client_id_issued_at"], answer["client_secret_expires_at"]) == (NOW, 0)
    assert registration.client.check_client_secret(answer["client_secret"])
    assert not registration.client.check_client_secret("")


def test_vs_codes_request_is_intersected() -> None:
    """A client that asks for a grant that is not served is told which ones it got (RFC 7591 §3.2.1)."""
    request = {
        "client_name": "Visual Studio Code",
        "client_uri": "https://code.visualstudio.com",
        "grant_types": EVERYTHING,
        "response_types": ["code"],
        "redirect_uris": ["http://127.0.0.1/", NATIVE, "https://vscode.dev/redirect"],
        "scope": "mxcp:access unknown",
        "token_endpoint_auth_method": "none",
        "application_type": "native",
    }
    registration = register(request, SCOPES, NOW)

    assert registration.answer["grant_types"] == [name for name in SUPPORTED_GRANT_TYPES if name in EVERYTHING]
    assert registration.answer["scope"] == "mxcp:access"
    assert registration.answer["redirect_uris"] == request["redirect_uris"]
    assert "urn:ietf:params:oauth:grant-type:device_code" not in registration.client.grant_types


def test_public_client_gets_no_secret() -> None:
    """A client that will not authenticate has nothing to authenticate with."""
    registration = register({"redirect_uris": [NATIVE], "token_endpoint_auth_method": "none"}, SCOPES, NOW)

    assert registration.client.secret_hash is None
    assert not {"client_secret", "client_secret_expires_at"} & registration.answer.keys()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", None])
def test_confidential_client_gets_a_new_secret(method: str | None) -> None:
    """A secret is made, shown once, kept as a digest, and in no repr; the default is RFC 7591's."""
    asked = {"token_endpoint_auth_method": method} if method else {}
    registration = register({"redirect_uris": [URI], **asked}, SCOPES, NOW)
    secret = registration.answer["client_secret"]

    assert registration.client.secret_hash == digest(secret)
    assert registration.answer["token_endpoint_auth_method"] == (method or "client_secret_basic")
    assert secret not in repr(registration)


def test_same_request_makes_two_clients() -> None:
    """Nobody gets another's identifier or secret by sending what another sent."""
    first, second = (register({"redirect_uris": [URI]}, SCOPES, NOW).answer for _ in range(2))

    assert first["client_id"] != second["client_id"]
    assert first["client_secret"] != second["client_secret"]


def test_privileged_and_unknown_fields_are_dropped() -> None:
    """Nothing that a client says of itself beyond RFC 7591's plain metadata is kept or echoed."""
    registration = register({"redirect_uris": [URI], **PRIVILEGED}, SCOPES, NOW)
    plain = register({"redirect_uris": [URI]}, SCOPES, NOW)

    assert registration.answer.keys() == plain.answer.keys()
    assert "mine" not in registration.answer.values()
    assert "evil" not in repr(registration.client) + str(registration.answer)
    assert (registration.client.configured, registration.client.allowed_scopes) == (False, ())
    assert registration.client.issued_at == NOW


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("My Application", "My Application"),
        ("Übersicht: 日本語 🚀", "Übersicht: 日本語 🚀"),
        ("  many \t spaces\r\n ", "many spaces"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("evil\u202eexe.tnatsissa", "evil[U+202E]exe.tnatsissa"),
        ("a\u2066b\u2069c\u200ed\u200fe\u061cf", "a[U+2066]b[U+2069]c[U+200E]d[U+200F]e[U+061C]f"),
        ("Clau\u200bde", "Clau[U+200B]de"),
        ("Clau\u200c\u200d\u2060\ufeffde", "Clau[U+200C][U+200D][U+2060][U+FEFF]de"),
        ("Clau\u00adde", "Clau[U+00AD]de"),
        ("line\u2028break\u2029s", "line break s"),
        ("nul\x00 esc\x1b[31m \x7f\x85", "nul[U+0000] esc[U+001B][31m [U+007F]"),
        ("half \ud83d pair", "half [U+D83D] pair"),
        ("tag\U000e0041s and private \ue000 use", "tag[U+E0041]s and private [U+E000] use"),
        ("no\u00a0break", "no break"),
        ("\u200b\u202e", "[U+200B][U+202E]"),
        (" \u2003", "Unnamed client"),
        ("", "Unnamed client"),
        ("n" * 200, "n" * 200),
    ],
)
def test_client_name_is_made_visible(name: str, kept: str) -> None:
    """What cannot be seen, or turns the direction of writing, is shown by its number (T2)."""
    assert client_of(client_name=name).name == kept


def test_client_without_a_name() -> None:
    """The name is optional."""
    assert client_of().name == "Unnamed client"


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ("mxcp:access", ("mxcp:access",)),
        ("mxcp:admin mxcp:access mxcp:admin", ("mxcp:admin", "mxcp:access")),
        ("mxcp:access root openid offline_access", ("mxcp:access",)),
        ("root", ("mxcp:access",)),
        ("", ("mxcp:access",)),
    ],
)
def test_scope_is_bounded_by_what_is_known(scope: str, kept: tuple[str, ...]) -> None:
    """Unknown scopes are dropped, and what is left is echoed; nothing left is the server's default."""
    assert client_of(scope=scope).scopes == kept


def test_redirect_uris_are_kept_in_order() -> None:
    """Each redirect URI is kept once, byte for byte."""
    uris = [NATIVE, URI, "cursor://anysphere.cursor-mcp/oauth/callback", URI]

    assert client_of(redirect_uris=uris).redirect_uris == tuple(uris[:3])


@pytest.mark.parametrize(
    "uris",
    [
        [],
        None,
        URI,
        {URI: 1},
        [URI] * 21,
        [1],
        [None],
        [[URI]],
        [URI, {}],
        [""],
        [URI, "javascript:alert(1)"],
        ["http://evil.example/cb"],
        ["https://user@evil.example/cb"],
        ["https://myapp.example.com/cb#x"],
        ["https://myapp.example.com/" + "a" * 2000],
        ["https://myapp.example.com/\ud800"],
        ['https://myapp.example.com/"'],
    ],
)
def test_redirect_uris_are_checked(uris: Any) -> None:
    """One bad redirect URI refuses the registration, as invalid_redirect_uri, without repeating it."""
    with pytest.raises(InvalidRedirectURIError) as caught:
        client_of(redirect_uris=uris)

    assert caught.value.error == "invalid_redirect_uri"
    assert "evil" not in caught.value.description


def test_redirect_uris_are_needed() -> None:
    """A client without a redirect URI cannot be answered."""
    with pytest.raises(InvalidRedirectURIError):
        register({"client_name": "x"}, SCOPES, NOW)


@pytest.mark.parametrize(
    "metadata",
    [
        {"client_name": {"en": "x"}},
        {"client_name": ["x"]},
        {"client_name": 5},
        {"client_name": "n" * 201},
        {"scope": ["mxcp:access"]},
        {"scope": 5},
        {"scope": "a " * 1001},
        {"grant_types": "authorization_code"},
        {"grant_types": 5},
        {"grant_types": [5]},
        {"grant_types": [["authorization_code"]]},
        {"grant_types": []},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["implicit", "password"]},
        {"response_types": "code"},
        {"response_types": []},
        {"response_types": ["token"]},
        {"response_types": [{}]},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": ""},
        {"token_endpoint_auth_method": ["none"]},
        {"token_endpoint_auth_method": {}},
        {"token_endpoint_auth_method": True},
    ],
)
def test_other_metadata_is_checked(metadata: dict[str, Any]) -> None:
    """What has the wrong type, or cannot be served at all, is invalid_client_metadata (RFC 7591 §3.2.2)."""
    with pytest.raises(InvalidClientMetadataError) as caught:
        client_of(**metadata)

    assert caught.value.error == "invalid_client_metadata"


@pytest.mark.parametrize("metadata", [None, [], [1], "x", 5, True, [{"redirect_uris": [URI]}]])
def test_request_must_be_an_object(metadata: Any) -> None:
    """Any JSON that is no object is invalid_client_metadata."""
    with pytest.raises(InvalidClientMetadataError, match="JSON object"):
        register(metadata, SCOPES, NOW)
