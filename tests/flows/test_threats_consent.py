"""Answers to the consent page, and names on it, beyond T1 to T3 and T5 in tests/threats."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from tests.support.visitor import BASE, Visitor, hidden

THREADS = 8


@pytest.mark.parametrize("came_from", ["same-origin", "none"])
def test_answer_from_the_page(visitor: Visitor, came_from: str) -> None:
    """The page's own post, and one that the person repeated by hand, are answered."""
    form = {**hidden(visitor.ask_anew()), "decision": "approve"}
    answer = visitor.browser.post("/authorize", data=form, headers={"Sec-Fetch-Site": came_from}, base_url=BASE)

    assert answer.status_code == 302


@pytest.mark.parametrize("first", ["approve", "deny"])
@pytest.mark.parametrize("second", ["approve", "deny"])
def test_back_button(visitor: Visitor, first: str, second: str) -> None:
    """A page that was answered is answered for good; a second answer gets a page that says so."""
    page = visitor.ask_anew()
    visitor.answer(page, first)
    again = visitor.answer(page, second)

    assert (again.status_code, again.mimetype) == (400, "text/html")
    assert "answered before" in again.text


def test_double_click(visitor: Visitor, app: Flask) -> None:
    """Of eight approvals at once, one goes to the provider."""
    page = visitor.ask_anew()
    cookie = page.headers["Set-Cookie"].split(";")[0]
    start = Barrier(THREADS)

    def approve(_: int) -> int:
        browser = app.test_client(use_cookies=False)
        start.wait(timeout=10)
        form = {**hidden(page), "decision": "approve"}
        return browser.post("/authorize", data=form, headers={"Cookie": cookie}, base_url=BASE).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(approve, range(THREADS))) == [302] + [400] * (THREADS - 1)


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ('"><img src=x onerror=alert(1)>', "<img"),
        ("</title><b>", "<b>"),
        ("</bdi>GitHub", "</bdi>GitHub"),
        ("{{ 7 * 7 }}", "49 "),
        ("Claude\u202egnp.exe", "\u202e"),
        ("\u2066Claude\u2069", "\u2066"),
        ("Cl\u200baude", "\u200b"),
        ("Claude\ufeff", "\ufeff"),
        ("Claude\u2028x", "\u2028"),
        ("Claude\nX", "Claude\nX"),
        ("Claude\x00", "\x00"),
        ("\ud800Claude", "\ud800"),
    ],
)
def test_hostile_name(visitor: Visitor, name: str, never: str) -> None:
    """A name is shown as text, without what cannot be seen or turns the direction of writing."""
    page = visitor.ask_anew(client_name=name)

    assert page.status_code == 200
    assert never not in page.text
    assert "<bdi>127.0.0.1:49153</bdi>" in page.text
