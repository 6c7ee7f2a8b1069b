"""People who use ``mxcp`` at a terminal: a browser that answers by itself, and a terminal that a program can hold."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from mxcp_flask.cli import main
from mxcp_flask.demo import servers
from tests.support import live
from tests.support.site import Site, github_auth

_BROWSER = """\
import sys
from mxcp_flask.demo.browser import Browser, location_of
browser = Browser()
answer = browser.get(sys.argv[1])
answer = browser.submit(answer, decision={consent!r})
while answer.status_code != 200 or "login" in answer.url:
    if location_of(answer):
        answer = browser.follow(answer)
    elif answer.status_code == 200:
        answer = browser.submit(answer, login={login!r}, decision="approve")
    else:
        break
open({seen!r}, "w").write(answer.text)
"""


@dataclass(frozen=True)
class Person:
    """Somebody with a home folder, whose browser signs in as ``login`` when it is opened."""

    home: Path
    environ: Mapping[str, str]

    @property
    def page(self) -> Path:
        """Return where the browser leaves the last page that it saw."""
        return self.home / "page.html"

    def browse(self, login: str = "ada-fixture", consent: str = "approve") -> None:
        """Give the person a browser that answers so."""
        script = self.home / "browser.py"
        script.write_text(_BROWSER.format(login=login, consent=consent, seen=str(self.page)))

    def mxcp(self, *arguments: str, **environ: str | None) -> Result:
        """Run ``mxcp`` in this process."""
        unset = dict.fromkeys(name for name in os.environ if name.startswith("MXCP_"))
        return CliRunner().invoke(main, arguments, env={**unset, **self.environ, **environ})

    def process(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run ``mxcp`` in a process of its own, in the home folder."""
        return live.run([*live.MXCP, *arguments], {**self.environ, **environ}, cwd=self.home)

    def at_terminal(self, arguments: Sequence[str], typed: str = "", **environ: str) -> Screen:
        """Run ``mxcp`` at a terminal, type ``typed`` once it waits, and return what was shown."""
        return at_terminal([*live.MXCP, *arguments], {**self.environ, **environ}, self.home, typed)


@dataclass(frozen=True)
class Screen:
    """What a command showed, and how it ended."""

    text: str
    code: int


def person(home: Path, project: Path | None = None, **environ: str) -> Person:
    """Return somebody whose commands are for ``project``."""
    home.mkdir(parents=True, exist_ok=True)
    named = {"MXCP_PROJECT": str(project)} if project else {}
    browser = f"{sys.executable} {home / 'browser.py'} %s"
    someone = Person(home, {"HOME": str(home), "BROWSER": browser, "TERM": "xterm", "NO_COLOR": "", **named, **environ})
    someone.browse()
    return someone


def at_terminal(command: Sequence[str], environ: Mapping[str, str], cwd: Path, typed: str = "") -> Screen:
    """Run ``command`` at a terminal of its own."""
    keeper, terminal = pty.openpty()
    with subprocess.Popen(
        command, env=live.clean(environ), cwd=cwd, stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        os.close(terminal)
        os.write(keeper, typed.encode())
        shown = b"".join(_read(keeper))
        os.close(keeper)
        return Screen(shown.decode(), process.wait(live.SECONDS))


def _read(keeper: int) -> Iterator[bytes]:
    while select.select([keeper], [], [], live.SECONDS)[0]:
        try:
            piece = os.read(keeper, 4096)
        except OSError:  # nobody holds the other end any more
            return
        if not piece:
            return
        yield piece


@contextmanager
def served(folder: Path, **auth: object) -> Iterator[Site]:
    """Serve a project whose people sign in at a stand-in, at the address that its configuration has."""
    port = servers.free_port()
    with live.stand_in(port) as provider_url:
        section = github_auth(persistence=live.sqlite(folder), **auth)
        section["github"] |= live.urls_of(provider_url)
        site = Site(folder / "site", section, host=servers.HOST, port=port)
        site.environ["MXCP_PROJECT"] = str(site.project)
        with serving(site):
            yield site


@contextmanager
def serving(site: Site) -> Iterator[live.Server]:
    """Serve ``site`` while the block lasts."""
    base = base_of(site)
    with live.running([*live.MXCP, "serve"], site.environ, base, site.folder / "log") as server:
        yield server


def base_of(site: Site) -> str:
    """Return where ``site`` is served."""
    transport = site.settings().transport
    return f"http://{transport.host}:{transport.port}"
