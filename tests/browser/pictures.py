"""Takes the pictures in docs/images, as the tests look at pages: ``python -m tests.browser.pictures [FOLDER]``.

The server is at any port, but the browser takes it for port 8000, which is what people see.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from mxcp_flask.demo import servers
from tests.browser.applications import Application, registered
from tests.browser.chromium import running_chromium
from tests.browser.people import Person
from tests.browser.windows import Window
from tests.support import live
from tests.support.live_providers import serving
from tests.support.site import Site

IMAGES = live.REPOSITORY / "docs" / "images"
BASE = "http://localhost:8000"
SIZE = (720, 400)
LONGEST = 1180  # pixels; the landing page goes on below
COLOURS = 24
AUTHORIZATION = {
    "allow": {"users": ["ada-fixture"]},
    "scope_descriptions": {"mxcp:access": "Look up products and your own orders", "mxcp:admin": "Change prices"},
}


class Studio:
    """A browser, a server that it takes for the one at ``BASE``, and the folder that pictures go to."""

    def __init__(self, folder: Path, person: Person, port: int) -> None:
        self.folder = folder
        self.person = person
        self._real = f"http://{servers.HOST}:{port}"

    @contextmanager
    def application(self, name: str) -> Iterator[Application]:
        """Register an MCP client, which sends people to ``BASE``."""
        with registered(self._real, name) as client:
            client.public = BASE
            yield client

    def take(self, name: str, scheme: str = "light") -> None:
        """Take a picture of the page, from its top."""
        self.person.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        height: int = self.person.page.evaluate("() => document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": SIZE[0], "height": min(height, LONGEST)}
        _keep(self.person.page.screenshot(full_page=True, clip=clip), self.folder / f"{name}.png")  # type: ignore[arg-type,unused-ignore]
        self.person.page.emulate_media(color_scheme="light")


@contextmanager
def studio(folder: Path, state: Path) -> Iterator[Studio]:
    """Serve a shop, and open a window before it."""
    port = servers.free_port()
    with serving("github", BASE) as stand_in:
        site = Site(state, stand_in.auth(persistence=live.sqlite(state), authorization=AUTHORIZATION))
        _rename(site, "shop")
        with (
            servers.serve_project(site.project, site.config, port, site.environ),
            running_chromium(f"--host-resolver-rules=MAP localhost:8000 {servers.HOST}:{port}") as chromium,
        ):
            yield Studio(folder, Person(Window(chromium, (), SIZE, sharp=True)), port)


def take_all(studio: Studio) -> None:
    """Take all pictures."""
    person = studio.person
    person.open(BASE)
    studio.take("landing")
    with studio.application("Claude Code") as client, studio.application("Notebook") as other:
        for application in (other, client):
            person.open(application.authorization_url())
            if application is client:
                studio.take("consent")
                studio.take("consent-dark", "dark")
            person.allow()
            person.go_through_provider()
            application.token(application.answer()["code"])
        person.open(f"{BASE}/account")
        person.press("Sign in with GitHub")
        person.go_through_provider()
        studio.take("account")
        _be_refused(person, client)
        studio.take("error")


def _be_refused(person: Person, client: Application) -> None:
    person.window.context.clear_cookies()
    person.login = "bo-fixture"
    person.open(client.authorization_url())
    person.allow()
    person.sign_in_there()


def _keep(picture: bytes, path: Path) -> None:
    """Write a picture with no more colours than it needs: text on few grounds."""
    from PIL import Image  # here: other tests are collected without it

    with Image.open(BytesIO(picture)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def _rename(site: Site, project: str) -> None:
    site.write("mxcp-site.yml", f"mxcp: 1\nproject: {project}\nprofile: dev\n")
    site.config.write_text(site.config.read_text().replace('"demo"', f'"{project}"', 1))


def main(folder: Path) -> None:
    """Take all pictures into ``folder``, and say how large they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, studio(folder, Path(state) / "site") as opened:
        take_all(opened)
    for picture in sorted(folder.glob("*.png")):
        print(picture.name, f"{picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
