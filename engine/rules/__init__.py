"""Rules as pure functions over values that somebody else has loaded."""
