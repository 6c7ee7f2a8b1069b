"""Tests of ``mxcp doctor``."""
