"""Applications as a page shows them: who says what they are, and where the answers go that they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from mxcp_flask.records import Client
from mxcp_flask.redirect_uris import host_of, is_loopback

_MOST_SHOWN = 5
Origin = Literal["configured", "document", "registered"]


@dataclass(frozen=True)
class Destination:
    """Where an answer goes: a host with its port, or of an application's own scheme the scheme alone, with a colon."""

    name: str
    kind: Literal["loopback", "web", "scheme"]
    in_letters: str | None = None  # the host's name as its owner writes it, where that is not ASCII


def destination_of(redirect_uri: str) -> Destination:
    """Return where an answer to ``redirect_uri`` goes."""
    parts = urlsplit(redirect_uri)
    if parts.scheme not in {"http", "https"}:
        # It alone decides which application gets the answer; a host after it would only impress.
        return Destination(f"{parts.scheme}:", "scheme")
    if is_loopback(redirect_uri):
        return Destination(parts.netloc, "loopback")
    return Destination(parts.netloc, "web", _in_letters(host_of(parts)))


def destinations_of(client: Client) -> list[Destination]:
    """Return where answers to ``client`` may go, each once; of many, the first few."""
    return list(dict.fromkeys(destination_of(uri) for uri in client.redirect_uris))[:_MOST_SHOWN]


def describer_of(client: Client) -> Destination | None:
    """Return who describes ``client``: the host of its identifier, where that is a URL. A path would only impress."""
    return destination_of(client.client_id) if origin_of(client) == "document" else None


def origin_of(client: Client) -> Origin:
    """Return where what is known of ``client`` comes from."""
    if client.configured:
        return "configured"
    return "registered" if client.fresh_until is None else "document"


def _in_letters(host: str) -> str | None:
    """Return the letters that the ``xn--`` names in ``host`` stand for (RFC 3492); None when there are none."""
    labels = [_label(label) for label in host.lower().split(".")]
    letters = ".".join(labels)
    return letters if letters != host.lower() else None


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
