"""The user file's ``logging`` section."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.errors import ConfigurationFaults
from mxcp_flask.logs import LogSettings
from tests.config.conftest import Project


@pytest.mark.parametrize("text", ["", "logging:", "logging: {}"])
def test_defaults(project: Project, text: str) -> None:
    """Without the section, text goes to standard error from INFO on."""
    project.write_user(text)

    assert project.load().logging == LogSettings(True, "text", "INFO", None, None, 5)


def test_all_keys(project: Project) -> None:
    """Each key means what it says, upstream's too; references and relative paths are understood."""
    project.write_user(
        """
        logging:
          enabled: false
          format: json
          level: "${LOG_LEVEL}"
          path: logs/mxcp.log
          max_bytes: 10485760
          backup_count: 2
        """
    )

    path = project.folder / "logs" / "mxcp.log"
    assert project.load(LOG_LEVEL="warning").logging == LogSettings(False, "json", "WARNING", path, 10485760, 2)


def test_log_is_hidden_from_sql(project: Project) -> None:
    """SQL sees neither the log nor what it is rotated to."""
    project.write_user("logging: {path: /srv/logs/mxcp.log, max_bytes: 20000, backup_count: 1}")

    hidden = project.load().duckdb.protected
    assert {Path("/srv/logs/mxcp.log"), Path("/srv/logs/mxcp.log.1")} <= set(hidden)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{format: xml}", "logging.format: must be text or json"),
        ("{level: LOUD}", "logging.level: must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("{path: ~ada/log}", "logging.path: only ~/ is understood"),
        ("{path: x, max_bytes: 100}", "logging.max_bytes: must be at least 10000"),
        ("{path: x, backup_count: -1}", "logging.backup_count: must be between 0 and 1000"),
        ("{max_bytes: 20000}", "logging.max_bytes: is about a log file; set 'path' too"),
        ("{colour: red}", "logging.colour: unknown key"),
        ("loud", "logging: must hold keys and values"),
    ],
)
def test_faults(project: Project, section: str, message: str) -> None:
    """What cannot be meant is refused with its place and a way out."""
    project.write_user(f"logging: {section}")
    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert message in str(caught.value)
