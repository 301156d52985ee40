"""One job per file, each a `run(context, schema, …)` that may be repeated."""
