"""Tests of the client's side of a server."""
