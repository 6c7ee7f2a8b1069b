"""The user file's ``metrics`` section."""

from __future__ import annotations

import pytest

from mxcp_flask.config.model import MetricsSettings
from mxcp_flask.digests import digest
from mxcp_flask.errors import ConfigurationError
from tests.config.conftest import Project

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize("text", ["", "metrics:", "metrics: {}"])
def test_defaults(project: Project, text: str) -> None:
    """Without the section there are no metrics."""
    project.write_user(text)

    assert project.load().metrics == MetricsSettings(False, "/metrics", (), None)


def test_all_keys(project: Project) -> None:
    """Each key means what it says; of the token only its digest is kept."""
    project.write_user(
        'metrics: {enabled: true, path: /internal/numbers, allow: [10.0.0.5, "fd00::/8"], token: "${METRICS_TOKEN}"}'
    )
    metrics = project.load(METRICS_TOKEN=TOKEN).metrics

    assert metrics == MetricsSettings(True, "/internal/numbers", ("10.0.0.5", "fd00::/8"), digest(TOKEN))
    assert digest(TOKEN) not in repr(metrics)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{enabled: perhaps}", "metrics.enabled: must be true or false"),
        ("{path: metrics}", "metrics.path: must be a path such as /metrics"),
        ("{path: /mcp/metrics}", "metrics.path: must be a path such as /metrics, and none of this server's own"),
        ("{path: '/metrics/{name}'}", "metrics.path: must be a path such as /metrics"),
        ("{allow: [monitoring.example]}", "metrics.allow.0: must be an IP address or network"),
        ("{allow: []}", "metrics.allow: must not be empty"),
        ("{token: short}", "metrics.token: must be at least 16 visible ASCII characters"),
        ("{token: with a blank in it}", "metrics.token: must be at least 16 visible ASCII characters"),
        ('{token: "${METRICS_TOKEN}"}', "Environment variable METRICS_TOKEN is not set"),
        ("{colour: red}", "metrics.colour: unknown key"),
    ],
)
def test_faults(project: Project, section: str, message: str) -> None:
    """What cannot be meant is refused with its place and a way out, and without the token."""
    project.write_user(f"metrics: {section}")
    with pytest.raises(ConfigurationError) as caught:
        project.load()

    assert message in str(caught.value)
    assert "a blank in it" not in str(caught.value)


GITHUB = """
metrics: {{enabled: true, path: {path}}}
projects:
  my_project:
    profiles:
      dev:
        auth: {{provider: github, github: {{client_id: a, client_secret: b, callback_path: {callback}}}}}
"""


@pytest.mark.parametrize(
    ("path", "callback", "message"),
    [
        ("/numbers", "/numbers", "metrics.path is the provider's callback_path"),
        ("/metrics", "/metrics/callback", "is a path of this server's own"),
    ],
)
def test_path_of_a_callback(project: Project, path: str, callback: str, message: str) -> None:
    """People who come back from the provider do not meet the metrics."""
    project.write_user(GITHUB.format(path=path, callback=callback))
    with pytest.raises(ConfigurationError, match=message):
        project.load()
