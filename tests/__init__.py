"""Tests of mxcp_flask, laid out like the package."""
