"""Who asks and what they may: sign-in, sessions, principals, scopes of rows, the gate of fields."""
