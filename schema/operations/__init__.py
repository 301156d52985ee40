"""The operations written by hand, as strawberry classes."""
