"""What each request that we send with ``requests`` is given, in place of what the environment would add by itself.

The environment's proxies (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) count, but for a server on this machine; its ~/.netrc does
not.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, host_of


class Authorization(AuthBase):
    """Sets the Authorization header, or none. Given on each call, so that no ~/.netrc entry takes its place."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set it."""
        if self.token is not None:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def proxies_for(url: str) -> dict[str, str]:
    """Return ``proxies`` for a request to ``url``."""
    # A proxy's loopback is another machine's. An empty text takes the place of what the environment names.
    on_this_machine = host_of(urlsplit(url)).lower() in LOOPBACK_HOSTS
    return {"http": "", "https": ""} if on_this_machine else {}
