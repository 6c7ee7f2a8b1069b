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


@dataclass(frozen=True)
class Situation:
    """A page's words; ``{title}`` in them is the provider's. ``what`` None: the error says it in its own words."""

    heading: str
    what: str | None
    move: Literal["yours", "the application's", "the operator's", "nobody's"]
    tries: tuple[str, ...]


_YOURS: Mapping[type[Exception], Situation] = {
    errors.StateElsewhere: Situation(
        "This browser did not begin the sign-in",
        "A sign-in has to end in the browser in which it began, within ten minutes. This browser did not bring the "
        "cookie that was set at its beginning.",
        "yours",
        (
            f"{_AGAIN} Stay in the browser that opens, without private windows.",
            "Allow cookies for this server. They hold nothing but your sign-in.",
            "If it happens every time, the operator should look: the sign-in may begin and end at different addresses.",
        ),
    ),
    errors.InvalidState: Situation(
        "This sign-in cannot be finished",
        "It was finished before, took longer than ten minutes, or did not begin here.",
        "yours",
        (
            f"{_AGAIN} Reloading this page does not help.",
            "If it happens every time, tell the operator: {title} may have a wrong callback URL of this server.",
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
            "Otherwise ask whoever runs this server to let your account in. Nothing was given to the application.",
        ),
    ),
    errors.DeclinedThere: Situation(
        "The sign-in was declined at {title}",
        "{title} reports that it was declined, by you or by a rule there. Nothing was given to the application.",
        "yours",
        (
            "If you changed your mind, connect again and allow it at {title}.",
            "If you did not decline, ask whoever manages your account there: it may not be allowed to use this.",
        ),
    ),
    NotFound: Situation(
        "There is no such page",
        "This server has nothing at this address.",
        "yours",
        ("Check the address for a typing error.", "The start page says how to connect an application."),
    ),
}
_OTHERS: Mapping[type[Exception], Situation] = {
    errors.ProviderAway: Situation(
        "{title} cannot be reached",
        "{title} did not answer in time, so nobody knows yet who you are. Nothing was given to the application.",
        "nobody's",
        (
            "Wait a minute, then go back to your application and connect again.",
            "If it lasts, look whether {title} reports a disturbance, and tell the operator if it does not.",
        ),
    ),
    errors.CallbackUnknown: Situation(
        "{title} does not know this server's address",
        "The callback URL that this server uses is not the one that is registered at {title}. Nothing was given to "
        "the application.",
        "the operator's",
        ("Give the reference below to whoever runs this server. The log line with it has the URL to register.",),
    ),
    errors.ProviderFailed: Situation(
        "{title} did not complete the sign-in",
        "It answered in a way that this server cannot use. Nothing was given to the application.",
        "the operator's",
        (
            "Connect again once: it may have been a slip.",
            "If it happens again, give the reference below to whoever runs this server. Its log says what was wrong.",
        ),
    ),
    InsecureTransportError: Situation(
        "Signing in needs https", None, "the operator's", ("Open this server's https address, if there is one.",)
    ),
    InvalidClientError: Situation(
        "This application is not known here",
        "It is not registered at this server, or not any more. Nothing was sent to it.",
        "the application's",
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
        ("Check the address for a typing error.", "If it is right, give the reference to whoever runs this server."),
    ),
}
_OF_APPLICATION = Situation(
    "The application asked for something wrong",
    None,
    "the application's",
    (_AGAIN, "If it happens again, tell the makers of the application what stands here."),
)
_OF_REQUEST = Situation("This did not work", None, "yours", (_AGAIN,))
_OF_SERVER = Situation(
    "This server cannot answer at the moment",
    None,
    "the operator's",
    ("Try again in a moment.", "If it lasts, give the reference below to whoever runs this server."),
)


def situation_of(error: Exception, status: int) -> Situation:
    """Return what to tell a person of ``error``, which is answered with ``status``."""
    for kind, situation in (*_YOURS.items(), *_OTHERS.items()):
        if isinstance(error, kind):
            return situation
    if status >= 500:
        return _OF_SERVER
    return _OF_APPLICATION if isinstance(error, OAuth2Error) else _OF_REQUEST
