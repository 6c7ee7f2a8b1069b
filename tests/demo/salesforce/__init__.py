"""Tests of the stand-in's Salesforce dialect."""
