"""The side-by-side benchmark: this product, hand-written SQL, a hand-written GraphQL server."""
