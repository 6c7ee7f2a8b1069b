"""Tests of the endpoint files, the arguments of calls and the shape of results."""
