"""Tests of the sample project and the stand-in identity provider."""
