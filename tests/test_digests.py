"""Secrets are random; what is kept of them is a digest."""

from __future__ import annotations

import re

import pytest

from mxcp_flask.digests import digest, new_secret, s256


def test_digest_is_sha_256() -> None:
    """The digest is the well-known one, in hex (FIPS 180-2, example B.1)."""
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("secret", ["", "näme", "\ud800", "\x00", "x" * 100_000])
def test_digest_takes_any_text(secret: str) -> None:
    """Whatever arrives in a request has a digest, also text that UTF-8 cannot hold."""
    assert re.fullmatch(r"[0-9a-f]{64}", digest(secret))


def test_digests_differ() -> None:
    """Texts that look alike are different secrets."""
    assert len({digest(text) for text in ("a", "A", "a ", "\ud800", "\ud801", "")}) == 6


def test_secret_has_256_bits_and_its_prefix() -> None:
    """A secret is its prefix and 43 characters that need no escaping in URLs and headers."""
    assert re.fullmatch(r"mx_at_[A-Za-z0-9_-]{43}", new_secret("mx_at_"))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", new_secret())


def test_secrets_never_repeat() -> None:
    """Every secret is new."""
    assert len({new_secret() for _ in range(1000)}) == 1000


def test_s256_is_the_rfcs() -> None:
    """The challenge of RFC 7636, appendix B, comes out."""
    assert s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
