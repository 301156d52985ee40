"""What a company's CRM is made of, as values, rows and tables. Knows no GraphQL."""
