"""A company as plain Python says it must be, and random steps that change both it and the company.

`model` is what there is, `values` and `computed` what its fields come to, `conditions` what a filter
matches, `refusals` what a change of metadata must not do; `reads`, `records` and `changes` ask the
product and compare.
"""
