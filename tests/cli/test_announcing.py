"""What ``mxcp serve`` says when it starts."""

from __future__ import annotations

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.announcing import announcement
from mxcp_flask.cli.workers import Workers
from tests.support.site import Site


def lines(site: Site, *, moved: bool = False) -> list[str]:
    """Return what is said."""
    settings = site.settings()
    return list(announcement(settings, Workers(1, 8), read_catalogue(settings), moved=moved))


def test_what_is_served_and_what_is_next(site: Site) -> None:
    """The counts, the state and the steps that lead to a first call must be told."""
    said = lines(site)

    assert "Serves:   2 tools and 3 for SQL, 0 resources, 0 prompts" in said
    assert "State:    memory, gone when the server stops" in said
    assert "MCP URL:  http://localhost:8000/mcp" in said
    assert "  mxcp auth login    signs you in, in the browser" in said
    assert said[-1] == "  claude mcp add --transport http demo http://localhost:8000/mcp"


def test_without_sign_in(site: Site) -> None:
    """Nobody must be sent to sign in where nobody can."""
    site.configure({"provider": "none"})

    assert not any("login" in line for line in lines(site))


def test_who_would_be_asked_without_sign_in(site: Site) -> None:
    """Tools that ask who is signed in must be named where nobody can be, and the way out; with sign-in they are not."""
    hint = "Nobody signs in here, so get_username() is empty, which admin_only, whoami would need."
    assert hint not in lines(site)
    site.configure({"provider": "none"})

    said = lines(site)

    assert hint in said
    assert said[said.index(hint) + 1].startswith("`mxcp demo .` lets invented people sign in;")


def test_tools_that_ask_nothing_need_no_sign_in(site: Site) -> None:
    """Without such tools there is nothing to say."""
    site.configure({"provider": "none"})
    for name in ("whoami", "admin_only"):
        (site.project / "tools" / f"{name}.yml").unlink()

    assert not any("Nobody signs in" in line for line in lines(site))


def test_at_another_address_than_configured(site: Site) -> None:
    """With flags, the next commands must name the URL, as they could not find it."""
    said = lines(site, moved=True)

    assert said[said.index("Next, in another terminal, anywhere:") + 1] == "  export MXCP_URL=http://localhost:8000/mcp"


def test_behind_a_proxy_without_a_name(site: Site) -> None:
    """Where the URL is not known, no command can be given."""
    site.configure({"provider": "none"}, trust_proxy=["127.0.0.1"])

    assert lines(site)[-1].startswith("Next: set base_url")


def test_files_that_are_left_out(site: Site) -> None:
    """With --ignore-errors it must be told what is missing."""
    site.write("tools/broken.yml", "mxcp: 1\ntool: {name: broken}\n")

    assert "Serves:   2 tools and 3 for SQL, 0 resources, 0 prompts; left out: 1 broken file" in lines(site)
