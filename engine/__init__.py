"""What runs: rights, reads, commands, rules, the outbox. Knows no GraphQL."""
