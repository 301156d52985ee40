"""Thin: one GraphQL field → one call of the engine."""
