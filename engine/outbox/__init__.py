"""Messages as rows: written with their cause, claimed and finished by state."""
