"""PostgreSQL: pools, transactions, locks, quoting, errors by SQLSTATE, the embedded servers."""
