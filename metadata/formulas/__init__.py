"""Formulas and roll-ups: values of a record that the database computes itself (FLD-08)."""
