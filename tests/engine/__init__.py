"""Tests of mxcp_flask.engine."""
