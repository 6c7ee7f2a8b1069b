"""Hypothesis-driven tests: requests, files and histories that nobody thought of.

Each starts from what is valid and changes it, so that it gets past the first check. ``MXCP_FUZZ=long pytest tests/fuzz``
tries many more examples, new ones every time; without it they are few and always the same.
"""
