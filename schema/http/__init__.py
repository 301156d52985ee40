"""GraphQL over HTTP: the application, its endpoint, limits, answers, health."""
