"""Shipped fields that an administrator cannot hide though the object would work without them."""

# what peer fact 1.6 has beyond titles and fields that are required anyway
ALWAYS_SHOWN = frozenset(
    {
        ("lead", "level"),
        ("customer", "level"),
        ("contract", "opportunity"),
        ("payment", "plan"),
    }
)
