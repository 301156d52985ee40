"""A company's whole configuration as one value: as text, compared, and through its versions."""
