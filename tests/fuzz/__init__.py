"""Hypothesis-driven tests: requests, files and histories that nobody thought of.

Most start from what is valid and change it, so that they get past the first check. ``MXCP_FUZZ=long pytest tests/fuzz``
tries many more examples, new ones every time; without it they are few and always the same.
"""
