"""Tests of the stand-in's GitHub dialect."""
