"""Servers to compare with, each on the same data, each from a Python that has its package (``venvs``).

``fastmcp_server`` and ``sdk_server`` are programs; ``data`` and ``tokens`` are what both of them do. Upstream needs
no program: it serves the project's files as they are, and ``keycloak`` is where its people sign in.
"""
