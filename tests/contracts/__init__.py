"""Promises that every implementation of an interface inherits as tests."""
