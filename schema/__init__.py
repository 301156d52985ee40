"""A company's metadata as GraphQL types, and their execution."""
