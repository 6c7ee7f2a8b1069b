"""``mxcp_fetch(url, headers)``: downloads for a reader, as the person whose statement it is.

DuckDB registers the function for all sessions; which one calls is known by the thread, for a reader's arguments are
evaluated on the thread that runs the statement. On other threads a call is refused; a call for each row of a table,
part of which may run on this thread, ends at ``MOST_DOWNLOADS``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

from mxcp_flask.engine.downloads import Downloads
from mxcp_flask.engine.reach import NOWHERE, Reach
from mxcp_flask.errors import MxcpError, OutboundFailed, OutboundRefused
from mxcp_flask.outbound import Fetched, Outbound
from mxcp_flask.records import Identity

SECONDS = 20.0  # for one download, with its redirects
LARGEST = 32 * 1024 * 1024  # bytes of one download
LARGEST_SUM = 128 * 1024 * 1024  # bytes of all downloads of a session
MOST_DOWNLOADS = 20  # of a session
MOST_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERSONAL = frozenset({"authorization", "cookie", "proxy-authorization"})
_current = threading.local()

OpenOutbound = Callable[[Reach], Outbound]


def open_outbound(reach: Reach) -> Outbound:
    """Return the client for ``reach``."""
    return Outbound(allow_hosts=reach.trusted, any_port=True, total=SECONDS, largest=LARGEST)


def fetch(url: str | None, headers: Mapping[str, str] | None) -> str | None:
    """Return what a reader is to open for ``url``: a download, or ``url`` itself when it is no URL of the web."""
    if url is None or not url.lower().startswith(("http://", "https://")):
        return url
    fetcher: Fetcher | None = getattr(_current, "fetcher", None)
    if fetcher is None:
        raise ValueError("URLs can only be read by a table function such as read_json_auto")
    return fetcher.fetch(url, headers or {})


class Fetcher:
    """Downloads for one session. ``secrets`` are texts that no message may show."""

    def __init__(self, downloads: Downloads, identity: Identity, open_outbound: OpenOutbound) -> None:
        self.secrets = {identity.external_token} - {""}
        self.failure: str | None = None
        self._downloads = downloads
        self._identity = identity
        self._token = identity.external_token
        self._open = open_outbound
        self._reach = NOWHERE
        self._ends = 0.0  # monotonic seconds
        self._stopped: Callable[[], object] = bool
        self._urls: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self._size = self._asked = 0

    @property
    def asked(self) -> bool:
        """Tell whether anything was to be fetched."""
        return self._asked > 0

    @contextmanager
    def current(self, reach: Reach, seconds: float, stopped: Callable[[], object]) -> Iterator[None]:
        """Fetch for this thread meanwhile, within ``reach`` and ``seconds``, and while it is not ``stopped``."""
        self._reach, self.failure, _current.fetcher = reach, None, self
        self._ends, self._stopped = time.monotonic() + seconds, stopped
        try:
            yield
        finally:
            _current.fetcher = None

    def close(self) -> None:
        """Forget every download."""
        self._downloads.forget(self._urls.values())
        self._urls.clear()

    def fetch(self, url: str, headers: Mapping[str, str]) -> str:
        """Return the name of what ``url`` answers; asked once a session for the same headers.

        Raises:
            OutboundRefused, OutboundFailed: nothing was read; ``failure`` says why.

        """
        headers = {name: self._today("" if value is None else str(value)) for name, value in headers.items()}
        self.secrets.update(value for value in headers.values() if len(value) >= 8)
        key = (url, tuple(sorted(headers.items())))
        if key not in self._urls:
            try:
                self._count(url)
                self._urls[key] = self._downloads.keep(self._bounded(self._read(url, headers)))
            except MxcpError as error:
                self.failure = str(error)
                raise
        return self._urls[key]

    def _today(self, value: str) -> str:
        """Return a header's value with the renewed token, of which SQL does not know, in place of the old one."""
        old = self._identity.external_token
        return value.replace(old, self._token) if old else value

    def _count(self, url: str) -> None:
        self._asked += 1
        if self._asked > MOST_DOWNLOADS:
            raise OutboundRefused(url=_shown(url), reason=f"one call may read {MOST_DOWNLOADS} URLs at most")

    def _bounded(self, content: bytes) -> bytes:
        self._size += len(content)
        if self._size > LARGEST_SUM:
            raise OutboundFailed(url="more", reason=f"the downloads of one call may have {LARGEST_SUM} bytes together")
        return content

    def _read(self, url: str, headers: dict[str, str]) -> bytes:
        ends = min(self._ends, time.monotonic() + SECONDS)
        answer = self._follow(url, headers, ends)
        if answer.status == 401 and self._renew(headers):
            answer = self._follow(url, headers, ends)
        if not 200 <= answer.status < 300:
            raise OutboundFailed(url=_shown(url), reason=f"it answers with status {answer.status}")
        return answer.body

    def _renew(self, headers: dict[str, str]) -> bool:
        """Put a new token of the person's in place of the one that was refused, if there is one to be had."""
        old = self._token
        if not old or self._identity.renew is None or not any(old in value for value in headers.values()):
            return False
        new = self._identity.renew()
        if not new or new == old:
            return False
        self._token = new
        headers.update({name: value.replace(old, new) for name, value in headers.items()})
        self.secrets.update([new, *headers.values()])
        return True

    def _follow(self, url: str, headers: Mapping[str, str], ends: float) -> Fetched:
        first, reach, sent = url, self._reach, dict(headers)
        for _ in range(MOST_REDIRECTS + 1):
            _admit(url, reach)
            answer = self._get(url, sent, reach, ends)
            target = answer.headers.get("Location") if answer.status in _REDIRECTS else None
            if target is None:
                return answer
            url, sent = self._next(url, target, sent)
            reach = self._reach.of_redirects(_host(first))
        raise OutboundFailed(url=_shown(url), reason=f"it redirects more than {MOST_REDIRECTS} times")

    def _get(self, url: str, headers: Mapping[str, str], reach: Reach, ends: float) -> Fetched:
        left = ends - time.monotonic()
        if left <= 0 or self._stopped():
            raise OutboundFailed(url=_shown(url), reason="the time for it is over")
        outbound = self._open(reach)
        outbound.total = min(outbound.total, left)
        return outbound.get(url, headers)

    def _next(self, url: str, target: str, headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        following = urljoin(url, target)
        if url.lower().startswith("https:") and not following.lower().startswith("https:"):
            raise OutboundRefused(url=_shown(following), reason="a redirect may not leave https")
        if _origin(url) == _origin(following):
            return following, dict(headers)
        return following, {name: value for name, value in headers.items() if not self._is_personal(name, value)}

    def _is_personal(self, name: str, value: str) -> bool:
        return name.lower() in _PERSONAL or bool(self._token and self._token in value)


def _admit(url: str, reach: Reach) -> None:
    if not reach.admits(_host(url)):
        reason = "SQL may not read from this host; duckdb.allowed_hosts of the site file lists those it may"
        raise OutboundRefused(url=_shown(url), reason=reason)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def _host(url: str) -> str:
    try:
        netloc = urlsplit(url).netloc.lower()
    except ValueError:
        return ""
    return netloc[: netloc.index("]") + 1] if netloc.startswith("[") and "]" in netloc else netloc.partition(":")[0]


def _shown(url: str) -> str:
    """Return what a message may show of ``url``: no user information, no query."""
    return url.partition("?")[0].partition("#")[0].rpartition("@")[2][:200]
