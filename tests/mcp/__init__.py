"""Tests of mxcp_flask.mcp."""
