"""Tests of the configuration as text."""
