"""Tests of mxcp_flask.config."""
