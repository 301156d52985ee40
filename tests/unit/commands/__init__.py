"""Tests of engine/commands on a real database."""
