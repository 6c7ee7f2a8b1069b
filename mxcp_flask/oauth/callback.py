"""Our callback URL, which has to be registered at the provider, and the log lines that tell it."""

from __future__ import annotations

import logging

from mxcp_flask.oauth.urls import Urls
from mxcp_flask.providers import ExternalOAuthHandler

log = logging.getLogger("mxcp.oauth")
_MOST_SHOWN = 20
_MENDED = "let ours be what is registered: base_url or scheme (transport.http), callback_path"


class Callback:
    """Where ``handler``'s provider sends people back to."""

    def __init__(self, handler: ExternalOAuthHandler) -> None:
        self._handler = handler
        self._shown: set[str] = set()

    def of(self, urls: Urls) -> str:
        """Return the URL."""
        return urls.to(self._handler.settings.callback_path)

    def show(self, urls: Urls) -> None:
        """Log the URL when it is first used: a provider that does not know it may send nobody back to tell."""
        url = self.of(urls)
        if url not in self._shown and len(self._shown) < _MOST_SHOWN:
            self._shown.add(url)
            log.info("people are sent to %s, which has to know the callback URL %s", self._handler.title, url)

    def hint(self, urls: Urls) -> str:
        """Say what to do when the provider does not know the URL."""
        return f" Invalid callback URL: register {self.of(urls)} there, byte for byte, or {_MENDED}"
