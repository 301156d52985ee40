"""From one shape of tables to another: merge, steps, background work."""
