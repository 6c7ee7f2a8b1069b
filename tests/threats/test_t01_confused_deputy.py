"""T1: a client rides on what the person once allowed another one, because the provider no longer asks."""

from __future__ import annotations

from flask import Flask

from tests.support.visitor import Visitor, path_of


def test_t01_fresh_client_cannot_ride_an_old_consent(visitor: Visitor, provider: Flask) -> None:
    """Even where the provider would approve at once, a new client gets our page first and the provider no visit."""
    visitor.get_token()
    provider.config["LOG"].clear()
    page = visitor.ask_anew(client_name="Confused deputy")

    assert page.status_code == 200
    assert "Location" not in page.headers
    assert "Confused deputy" in page.text
    assert provider.config["LOG"] == []

    silent = visitor.at_provider.get(path_of(visitor.answer(page).location))
    assert silent.status_code == 302  # so the stand-in did approve without asking, as GitHub does
