"""What everything stands on: errors, their texts, settings, clock, ids. Imports nothing of ours."""
