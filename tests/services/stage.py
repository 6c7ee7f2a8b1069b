"""A server of ours behind nginx, as an operator runs it, with a tool whose answer tells which files are served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Literal

from mxcp_flask.demo import servers
from mxcp_flask.engine import Database
from mxcp_flask.records import ANONYMOUS
from tests.docs.blocks import ROOT, blocks_of
from tests.support import live, load, nginx
from tests.support.live import Host
from tests.support.load import Load, Person
from tests.support.site import Site, github_auth

Mode = Literal["read-only", "read-write"]
PEOPLE = ("ada-fixture", "bo-fixture")
_SAY = """\
mxcp: 1
tool:
  name: say
  return: {{type: string}}
  source: {{code: "{insert}SELECT get_username() || ' {word}'"}}
"""
DOCUMENT = ROOT / "docs/deployment.md"
_INSERT = {"read-only": "", "read-write": "INSERT INTO calls VALUES (get_username()); "}


class Stage:
    """A project in ``folder`` whose people sign in at ``provider_url``, reached through nginx at ``front``."""

    def __init__(self, folder: Path, mode: Mode, provider_url: str, front: int) -> None:
        self.folder, self.mode, self.front = folder, mode, front
        self.base = f"http://{servers.HOST}:{front}"
        self.log = folder / "log"
        no_limits = {"calls_per_person": 0, "calls_per_client": 0}
        auth = github_auth(persistence=live.sqlite(folder), limits=no_limits)
        auth["github"] |= live.urls_of(provider_url)
        self.site = Site(folder / "site", auth, base_url=self.base)
        self.site.environ["MXCP_PROJECT"] = str(self.site.project)
        self._query("CREATE TABLE calls (username VARCHAR)")
        profile = {"duckdb": {"readonly": mode == "read-only"}}
        site = {"mxcp": 1, "project": "demo", "profile": "dev", "profiles": {"dev": profile}}
        self.site.write("mxcp-site.yml", json.dumps(site))
        self.say("one")

    def say(self, word: str) -> None:
        """Let the tool answer with ``word``, once the files are read anew."""
        self.site.write("tools/say.yml", _SAY.format(insert=_INSERT[self.mode], word=word))

    def serving(self, host: Host, port: int, *flags: str) -> AbstractContextManager[live.Server]:
        """Serve at ``port`` while the block lasts."""
        base = f"http://{servers.HOST}:{port}"
        return live.running(live.command(host, port, *flags), self.site.environ, base, self.log)

    @contextmanager
    def proxied(self, *ports: int, keep: int = 0) -> Iterator[nginx.Nginx]:
        """Run nginx in front of the servers at ``ports``; it keeps up to ``keep`` idle connections to them."""
        with nginx.running(self.folder / "nginx", front_of(self.front, ports, keep)) as running:
            yield running

    @contextmanager
    def under_load(self) -> Iterator[Load]:
        """Sign people in, and let them call while the block lasts; what was counted is printed."""
        people = [Person(login, live.sign_in(self.base, login).token or "") for login in PEOPLE]
        with load.running(self.front, people) as running:
            yield running
        print(f"\n{running.summary()}")

    def calls(self) -> int:
        """Return how many calls are in the database; the server must have ended."""
        return len(self._query("FROM calls"))

    def _query(self, sql: str) -> list[tuple[object, ...]]:
        with closing(Database(self.site.settings().duckdb)) as database, database.session(ANONYMOUS) as session:
            return session.run(sql, {}).rows


def front_of(front: int, ports: Sequence[int], keep: int) -> str:
    """Return nginx's http block: the server of docs/deployment.md, but without TLS, for our servers at ``ports``."""
    upstream = " ".join(f"server {servers.HOST}:{port} max_fails=0;" for port in ports)
    upstream += f" keepalive {keep};" if keep else ""
    kept = ' proxy_set_header Connection "";' if keep else ""
    server = documented_server().replace("listen 443 ssl;", f"listen {servers.HOST}:{front};{kept}")
    return f"upstream mxcp {{ {upstream} }}\n" + server.replace("http://127.0.0.1:8000;", "http://mxcp;")


def documented_server() -> str:
    """Return the document's server block for https, less what TLS needs."""
    [block] = [block for block in blocks_of(DOCUMENT) if block.said("save as") == "/etc/nginx/sites-available/mxcp"]
    server = "server {" + block.text.rpartition("\nserver {")[2]
    assert "listen 443 ssl;" in server
    return re.sub(r"^ *(ssl_|add_header|server_name).*\n", "", server, flags=re.MULTILINE)
