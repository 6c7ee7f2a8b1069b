"""Tests of mxcp_flask.outbound."""
