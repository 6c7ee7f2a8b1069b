"""What an error page says: what happened, whose move it is, and what to try, for each situation that a person can meet.

The table goes from the particular to the general; the first class that fits counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from authlib.oauth2.rfc6749 import InsecureTransportError, InvalidClientError, OAuth2Error
from werkzeug.exceptions import NotFound

from mxcp_flask import errors
from mxcp_flask.oauth.grants import RedirectUriUnknown

_AGAIN = "Go back to your application and connect again."
_ANEW = "Begin again where you began: in your application, or on the account page."
#: What a sign-in was for, by the words that stand for it in the table.
_FOR_APPLICATION = {"again": _AGAIN, "nothing": "Nothing was given to the application."}
_FOR_ACCOUNT = {"again": "Go back to the account page and sign in again.", "nothing": "You were not signed in."}


@dataclass(frozen=True)
class Situation:
    """A page's words. ``what`` None: the error says it in its own words.

    In the table ``{title}`` stands for the provider's, ``{again}`` and ``{nothing}`` for what they are to an
    application's sign-in or the account page's.
    """

    heading: str
    what: str | None
    move: Literal["yours", "the application's", "the operator's", "nobody's"]
    tries: tuple[str, ...]

    def told(self, title: str, *, of_account: bool) -> Situation:
        """Return it in the words for a sign-in with the provider ``title``, for the account page or not."""
        words = {"title": title, **(_FOR_ACCOUNT if of_account else _FOR_APPLICATION)}
        return Situation(
            self.heading.format(**words),
            self.what.format(**words) if self.what else None,
            self.move,
            tuple(each.format(**words) for each in self.tries),
        )


_YOURS: Mapping[type[Exception], Situation] = {
    errors.StateElsewhere: Situation(
        "This browser did not begin the sign-in",
        "A sign-in has to end in the browser in which it began, within ten minutes. This browser did not bring the "
        "cookie that was set at its beginning.",
        "yours",
        (
            f"{_ANEW} Stay in the browser that opens, without private windows.",
            "Allow cookies for this server. They hold nothing but your sign-in.",
            "If it happens every time, tell the operator of this server: it may begin and end at two addresses.",
        ),
    ),
    errors.InvalidState: Situation(
        "This sign-in cannot be finished",
        "It was finished before, took longer than ten minutes, or did not begin here.",
        "yours",
        (
            f"{_ANEW} Reloading this page does not help.",
            "If it happens every time, tell the operator of this server: {title} may have a wrong callback URL for it.",
        ),
    ),
    errors.ConsentExpired: Situation(
        "This page is too old",
        "The question was answered before, or more than ten minutes ago. Nothing was allowed by this answer.",
        "yours",
        (_AGAIN,),
    ),
    errors.ConsentWithoutCookie: Situation(
        "Your answer came without a cookie",
        "A cookie ties the question to this browser, so that nobody else can answer it for you. It was not sent with "
        "your answer, and nothing was allowed.",
        "yours",
        ("Allow cookies for this server, then go back to your application and connect again.",),
    ),
    errors.ConsentForged: Situation(
        "This answer was not taken",
        "It did not come from the page that was shown in this browser. Nothing was allowed.",
        "yours",
        (f"{_AGAIN} Answer only on the page that it opens.",),
    ),
    errors.AccountFormStale: Situation(
        "This page is too old",
        None,
        "yours",
        ("Open the account page again, and allow cookies for this server.",),
    ),
    errors.PersonRefused: Situation(
        "You may not use this server",
        None,
        "yours",
        (
            "If you have another account at {title}, sign out there, then connect again and use that one.",
            "Otherwise ask the operator of this server to let this account in.",
        ),
    ),
    errors.DeclinedThere: Situation(
        "The sign-in was declined at {title}",
        "{title} reports that it was declined, by you or by a rule there. {nothing}",
        "yours",
        (
            "If you changed your mind: {again} Then allow it at {title}.",
            "If you did not decline, ask whoever manages your account there: it may not be allowed to use this.",
        ),
    ),
    NotFound: Situation(
        "There is no such page",
        "This server has nothing at this address.",
        "yours",
        ("Check the address for a typing error.", "Or go to the start page, which says how to connect an application."),
    ),
}
_OTHERS: Mapping[type[Exception], Situation] = {
    errors.ProviderAway: Situation(
        "{title} cannot be reached",
        "{title} did not answer in time, so this server does not know who you are. {nothing}",
        "nobody's",
        (
            "Wait a minute. {again}",
            "If it lasts and {title} reports no disturbance, give the reference below to the operator of this server.",
        ),
    ),
    errors.CallbackUnknown: Situation(
        "{title} does not know this server's address",
        "The callback URL that this server uses is not the one that is registered at {title}. {nothing}",
        "the operator's",
        ("Give the reference below to the operator of this server. The log line with it names the URL to register.",),
    ),
    errors.ProviderFailed: Situation(
        "{title} did not complete the sign-in",
        "It answered in a way that this server cannot use. {nothing}",
        "the operator's",
        (
            "Try once more, as it may have passed: {again}",
            "If it happens again, give the reference below to the operator of this server, whose log says why.",
        ),
    ),
    InsecureTransportError: Situation(
        "Signing in needs https", None, "the operator's", ("Open this server's https address, if there is one.",)
    ),
    InvalidClientError: Situation(
        "This application is not known here",
        "It is not registered at this server, or not any more. Nothing was sent to it.",
        "yours",
        ("In the application, remove this server and add it again. It then registers anew.",),
    ),
    RedirectUriUnknown: Situation(
        "The answer would go to an unknown address",
        "The application asks for your answer at an address that it did not register. Nothing was sent there.",
        "the application's",
        (
            "If you did not start this yourself, close the page: somebody may be after your access.",
            "Otherwise remove this server from the application and add it again. It then registers its new address.",
        ),
    ),
    errors.TooManyLookUps: Situation("Too much at once", None, "nobody's", ("Wait a few seconds, then reload.",)),
    errors.AccessError: Situation(
        "This request is not answered",
        None,
        "the operator's",
        (
            "Check the address for a typing error.",
            "If it is right, give the reference below to the operator of this server.",
        ),
    ),
}
_OF_APPLICATION = Situation(
    "The application asked for something wrong",
    None,
    "the application's",
    (_AGAIN, "If it happens again, show this page to whoever makes the application."),
)
_OF_REQUEST = Situation("This did not work", None, "yours", (_AGAIN,))
_OF_SERVER = Situation(
    "This server cannot answer at the moment",
    None,
    "the operator's",
    ("Try again in a moment.", "If it lasts, give the reference below to the operator of this server."),
)


def situation_of(error: Exception, status: int) -> Situation:
    """Return what to tell a person of ``error``, which is answered with ``status``."""
    for kind, situation in (*_YOURS.items(), *_OTHERS.items()):
        if isinstance(error, kind):
            return situation
    if status >= 500:
        return _OF_SERVER
    return _OF_APPLICATION if isinstance(error, OAuth2Error) else _OF_REQUEST
