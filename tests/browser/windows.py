"""A person's browser window, which keeps what it had to complain about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Request, Response, WebError

_TELL_OF_VIOLATIONS = """
addEventListener("securitypolicyviolation", event =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
_NOISE = ("log", "info", "debug")
SCHEMES = ("light", "dark")
PHONE = (390, 844)
SMALL_PHONE = (320, 640)
DESKTOP = (1280, 800)
ENLARGED = (320, 256)  # what is left of 1280 by 1024 at 400 % (WCAG 2.2, §1.4.10)
SIZES = (SMALL_PHONE, PHONE, DESKTOP)


class Window:
    """A window with cookies of its own. ``own`` are the origins that its pages may ask, ours first."""

    def __init__(
        self,
        chromium: Browser,
        own: Sequence[str],
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        *,
        script: bool = True,
        sharp: bool = False,
    ) -> None:
        self.context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            java_script_enabled=script,
            device_scale_factor=2 if sharp else 1,
        )
        self.ours = own[0] if own else ""
        self.own = set(own)
        self._complaints: list[tuple[str, str]] = []  # each with the URL that it is about
        self._refused_pages: set[str] = set()
        self._visited: list[str] = []
        self.context.add_init_script(_TELL_OF_VIOLATIONS)
        self.context.on("console", self._on_console)
        self.context.on("weberror", self._on_error)
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.page = self.context.new_page()

    def complaints(self) -> list[str]:
        """Return what was complained about, but for the status of pages that were opened, and of icons elsewhere."""
        known = self._refused_pages | {f"{origin}/favicon.ico" for origin in self.own - {self.ours}}
        return [text for text, url in self._complaints if url not in known]

    def passed(self, path: str) -> str:
        """Return the last URL with that path that was asked for."""
        return next(url for url in reversed(self._visited) if urlsplit(url).path == path)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in _NOISE:
            self._complaints.append((f"{message.type}: {message.text}", message.location["url"]))

    def _on_error(self, error: WebError) -> None:
        self._complaints.append((f"error: {error.error}", ""))

    def _on_request(self, request: Request) -> None:
        self._visited.append(request.url)
        if origin_of(request.url) not in self.own:
            self._complaints.append((f"asked somebody else: {request.url}", ""))

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._refused_pages.add(response.url)


def origin_of(url: str) -> str:
    """Return the origin of ``url``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
