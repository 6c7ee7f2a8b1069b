"""Ways to end at an error page, each walked by a person in a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, request

from tests.browser.applications import Application
from tests.browser.people import ALLOW, Person
from tests.browser.serving import Place


@dataclass(frozen=True)
class Scene:
    """Who and what a situation needs. ``person`` signs in with GitHub."""

    person: Person
    application: Application
    place: Place

    def go(self, path: str) -> None:
        """Open a path of our server."""
        self.person.open(self.place.base + path)

    def ask(self, **changes: str) -> None:
        """Open the consent page."""
        self.person.open(self.application.authorization_url(**changes))

    def sign_in(self) -> None:
        """Go through the consent page and the provider's."""
        self.ask()
        self.person.allow()
        self.person.sign_in_there()

    def break_provider(self, route: str, answer: Callable[[], Any]) -> None:
        """Let ``answer`` be what the provider says at ``route``."""
        self.place.stand_in.app.config["FAULTS"][route] = answer


def _unknown_application(scene: Scene) -> None:
    scene.ask(client_id="nobody")


def _unknown_address(scene: Scene) -> None:
    scene.ask(redirect_uri="https://elsewhere.example/callback")


def _bad_request(scene: Scene) -> None:
    scene.go("/authorize?client_id=a&client_id=b")


def _no_such_page(scene: Scene) -> None:
    scene.go("/nowhere")


def _begun_elsewhere(scene: Scene) -> None:
    scene.go("/github/callback?code=c&state=of-another-browser")


def _finished_before(scene: Scene) -> None:
    scene.ask()
    scene.person.allow()
    cookies = scene.person.window.context.cookies()
    scene.person.sign_in_there()
    scene.person.page.wait_for_url("**/callback?*")
    scene.person.window.context.add_cookies([{**one} for one in cookies])  # type: ignore[typeddict-item,unused-ignore]
    scene.person.open(scene.person.window.passed("/github/callback"))


def _declined_there(scene: Scene) -> None:
    scene.ask()
    scene.person.allow()
    scene.person.press("Cancel")


def _not_let_in(scene: Scene) -> None:
    scene.person.login = "cy-fixture"
    scene.sign_in()


def _provider_away(scene: Scene) -> None:
    scene.break_provider("/login/oauth/access_token", lambda: ("away", 503))
    scene.sign_in()


def _declined_for_account(scene: Scene) -> None:
    scene.go("/account")
    scene.person.press("Sign in with")
    scene.person.press("Cancel")


def _away_for_account(scene: Scene) -> None:
    scene.break_provider("/login/oauth/access_token", lambda: ("away", 503))
    scene.go("/account")
    scene.person.press("Sign in with")
    scene.person.sign_in_there()


def _provider_strange(scene: Scene) -> None:
    scene.break_provider("/login/oauth/access_token", lambda: "a page for people")
    scene.sign_in()


def _callback_unknown(scene: Scene) -> None:
    answer = f"{scene.place.base}/github/callback?error=redirect_uri_mismatch&state="
    scene.break_provider("/login/oauth/authorize", lambda: redirect(answer + request.args["state"]))
    scene.ask()
    scene.person.allow()


def _no_cookies(scene: Scene) -> None:
    scene.ask()
    scene.person.window.context.clear_cookies()
    scene.person.allow()


def _forged(scene: Scene) -> None:
    scene.ask()
    scene.person.page.evaluate("() => { document.querySelector('[name=csrf_token]').value = 'x' }")
    scene.person.allow()


def _answered_before(scene: Scene) -> None:
    scene.ask()
    context = scene.person.window.context
    cookies = context.cookies()
    scene.person.page.evaluate("() => { document.querySelector('form').target = '_blank' }")
    with context.expect_page() as opened:
        scene.person.point_at(ALLOW)
        scene.person.button(ALLOW).click()
    opened.value.wait_for_url(f"{scene.place.stand_in.url}/**")
    context.add_cookies([{**one} for one in cookies])  # type: ignore[typeddict-item,unused-ignore]
    scene.person.page.evaluate("() => { document.querySelector('form').target = '' }")
    scene.person.allow()


@dataclass(frozen=True)
class Situation:
    """How to get there, the status, what the page must say, whose move it says it is, and whether a way leads on."""

    walk: Callable[[Scene], None]
    status: int
    says: str
    move: str
    leads_on: bool = False


SITUATIONS: Mapping[str, Situation] = {
    "unknown application": Situation(_unknown_application, 400, "not known here", "yours"),
    "unknown address": Situation(_unknown_address, 400, "unknown address", "application"),
    "bad request": Situation(_bad_request, 400, "asked for something wrong", "application"),
    "no such page": Situation(_no_such_page, 404, "no such page", "yours"),
    "declined for the account page": Situation(_declined_for_account, 403, "You were not signed in", "yours"),
    "provider away for the account page": Situation(_away_for_account, 503, "sign in again", "nobody"),
    "begun elsewhere": Situation(_begun_elsewhere, 400, "did not begin", "yours"),
    "finished before": Situation(_finished_before, 400, "cannot be finished", "yours"),
    "declined there": Situation(_declined_there, 403, "declined at GitHub", "yours", leads_on=True),
    "not let in": Situation(_not_let_in, 403, "cy-fixture", "yours", leads_on=True),
    "provider away": Situation(_provider_away, 503, "GitHub cannot be reached", "nobody", leads_on=True),
    "provider strange": Situation(_provider_strange, 502, "GitHub did not complete", "operator", leads_on=True),
    "callback unknown": Situation(_callback_unknown, 502, "does not know this server", "operator", leads_on=True),
    "no cookies": Situation(_no_cookies, 403, "cookie", "yours"),
    "forged": Situation(_forged, 403, "not taken", "yours"),
    "answered before": Situation(_answered_before, 400, "answered before", "yours"),
}
