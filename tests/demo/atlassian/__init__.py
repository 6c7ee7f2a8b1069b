"""Tests of the stand-in's Atlassian dialect."""
