"""Tests of what measures: that it measures the right thing, not how fast anything is."""
