"""What happens beside requests: relay of the outbox, broker, schedule, actors."""
