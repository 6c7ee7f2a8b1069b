"""What workers need not read again."""

from __future__ import annotations

from dataclasses import replace

from mxcp_flask.app import create_app, load_project
from mxcp_flask.cli.known import Known
from tests.support.site import WHOAMI, Site


def test_a_worker_has_the_catalogue_that_was_read_before(site: Site) -> None:
    """As long as no file has changed, an application must be made of what the first process read."""
    known = Known(site.settings(), load_project)
    app = create_app(site.settings(), catalogue=known.catalogue_for(site.settings()))

    assert app.extensions["mxcp"].catalogue is known.catalogue


def test_a_worker_that_starts_later_finds_what_has_changed(site: Site) -> None:
    """After a change of a file, the files must be read again."""
    known = Known(site.settings(), load_project)
    site.write("tools/new.yml", WHOAMI.replace("whoami", "brand_new"))
    app = create_app(site.settings(), catalogue=known.catalogue_for(site.settings()))

    assert "brand_new" in app.extensions["mxcp"].catalogue.tools


def test_other_settings_need_another_catalogue(site: Site) -> None:
    """What was read with other settings, of other tools, say, must not be used."""
    settings = site.settings()
    known = Known(settings, load_project)

    assert known.catalogue_for(replace(settings, sql_tools=replace(settings.sql_tools, enabled=False))) is None
    assert known.catalogue_for(settings) is known.catalogue
