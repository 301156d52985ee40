"""A believable company to look at: made-up people, customers and deals, the same at every run."""
