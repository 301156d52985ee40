"""Which fields of a record its own choices hide (FLD-06, peer fact 1.5). Pure."""

from collections.abc import Mapping
from typing import Any

from metadata.option_logic import ShownBy


def hidden_fields(shown_by: ShownBy, values: Mapping[str, Any]) -> frozenset[str]:
    """The dependent fields that no chosen option shows.

    Of several options that show a field one is enough; one of a field that is hidden itself
    shows nothing.
    """
    visible: dict[str, bool] = {}

    def is_visible(name: str) -> bool:
        if name not in shown_by:
            return True
        if name not in visible:
            visible[name] = False  # while it is looked for: a cycle shows nothing
            visible[name] = any(
                _is_chosen(option, values.get(controller)) and is_visible(controller)
                for controller, option in shown_by[name]
            )
        return visible[name]

    return frozenset(name for name in shown_by if not is_visible(name))


def _is_chosen(option: str, value: Any) -> bool:
    return option in value if isinstance(value, tuple | list) else option == value
