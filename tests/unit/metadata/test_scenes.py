"""System scenes: which there are for which object, and that they name what there is."""

import pytest

from metadata.mentions import mentions_of_filter
from metadata.scenes import scenes_of
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD

SNAPSHOT = Snapshot(1, STANDARD.objects)
FOUR = ["all", "mine", "subordinates", "followed"]
PLANS = (
    "overdue dueThisMonth dueThisWeek received receivedThisMonth receivedThisWeek partlyReceived"
)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("lead", [*FOUR, "converted"]),
        ("customer", FOUR),
        ("contact", FOUR),
        ("opportunity", [*FOUR, "won", "lost", "invalid", "running"]),
        ("contract", FOUR[:3]),
        ("payment", FOUR[:3]),
        ("visit", FOUR[:3]),
        ("invoice", FOUR[:3]),
        ("paymentPlan", [*FOUR[:3], *PLANS.split()]),
        ("product", ["all", "onSale", "offSale"]),
        ("campaign", FOUR),
        ("user", ["all"]),
        ("followUp", ["all"]),
    ],
)
def test_an_object_has_the_scenes_of_peer_fact_2_6(name: str, keys: list[str]) -> None:
    assert [each.key for each in scenes_of(SNAPSHOT.object(name).definition)] == keys


@pytest.mark.parametrize("name", list(SNAPSHOT.by_name))
def test_a_system_scene_names_fields_and_options_that_are_there(name: str) -> None:
    for scene in scenes_of(SNAPSHOT.object(name).definition):
        for each in mentions_of_filter(SNAPSHOT, name, scene.where, ()):
            assert each.field is not None, (name, scene.key)
            options = {choice.value for choice in SNAPSHOT.field(each.object, each.field).choices}
            given = [v for k, v in (each.value or {}).items() if k in ("eq", "in") and options]
            values = {v for part in given for v in (part if isinstance(part, list) else [part])}
            assert values <= options, (name, scene.key)
