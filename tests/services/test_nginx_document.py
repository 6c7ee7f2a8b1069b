"""The nginx configuration of the user's document works, too, with each of its three options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.test_sdk_client import Person, ask_who_i_am
from tests.services.front import standing

pytestmark = pytest.mark.services
BASE = "https://api.example.com"
HEADERS = {
    "Host": "$host",
    "X-Real-IP": "$remote_addr",
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Proto": "$scheme",
    "X-Forwarded-Host": "$host",
    "X-Forwarded-Port": "$server_port",
    "Upgrade": "$http_upgrade",
    "Connection": '"upgrade"',
}
OPTIONS: dict[str, dict[str, Any]] = {
    "scheme": {"port": 8000, "host": "0.0.0.0", "scheme": "https"},
    "trust_proxy": {"port": 8000, "host": "0.0.0.0", "trust_proxy": True},
    "base_url": {"base_url": BASE},
}


@pytest.fixture
def configuration() -> str:
    """Return a configuration with the document's directives."""
    security = (
        'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always; '
        "add_header X-Frame-Options DENY always; add_header X-Content-Type-Options nosniff always;"
    )
    passed = " ".join(f"proxy_set_header {name} {value};" for name, value in HEADERS.items())
    location = f"location / {{ proxy_pass http://127.0.0.1:8000; proxy_http_version 1.1; {passed} }}"
    tls = "ssl_certificate server.crt; ssl_certificate_key server.key;"
    return (
        "server { listen 80; server_name api.example.com; return 301 https://$server_name$request_uri; }\n"
        f"server {{ listen 443 ssl http2; server_name api.example.com; {tls} {security} {location} }}\n"
    )


@pytest.mark.parametrize("option", OPTIONS)
def test_people_sign_in(tmp_path: Path, configuration: str, option: str) -> None:
    """From the URL to SQL that knows the person, as the document has nginx and the server."""
    with standing(tmp_path, BASE, OPTIONS[option], configuration) as front:
        person = Person("ada-fixture", front.certificate.authority)
        *_, username = person.talk(BASE, "auto", ask_who_i_am)
        redirected = requests.get("http://api.example.com/mcp", allow_redirects=False, timeout=10)

    assert username == "ada-fixture"
    assert person.answer["iss"] == BASE
    assert redirected.headers["Location"] == f"{BASE}/mcp"


@pytest.mark.parametrize("option", OPTIONS)
def test_forwarded_of_a_client_is_not_believed(tmp_path: Path, configuration: str, option: str) -> None:
    """This nginx lets a client's own Forwarded pass: it changes nothing, or its own request is refused."""
    url = f"{BASE}/.well-known/oauth-authorization-server"
    with standing(tmp_path, BASE, OPTIONS[option], configuration) as front:
        evil = {"Forwarded": "for=192.0.2.1;host=evil.example;proto=http"}
        plain, spoofed = (
            requests.get(url, headers=headers, verify=str(front.certificate.authority), timeout=10)
            for headers in ({}, evil)
        )

    assert plain.json()["issuer"] == BASE
    if option == "trust_proxy":
        assert spoofed.status_code == 400
        assert "evil.example" not in spoofed.text
    else:
        assert spoofed.content == plain.content
