"""Measurements of the product: beside hand-written servers, with a million rows, cold, attacked,
beside changes of metadata."""
