"""Saved list views and list settings of users: who sees them, what is stored, what works."""
