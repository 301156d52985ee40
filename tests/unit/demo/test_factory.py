"""Making blocks in other processes changes nothing."""

from dataclasses import replace

import pytest

from demo import factory as factory_module
from demo.catalogue import products
from demo.deck import Deck
from demo.factory import Factory
from demo.moments import Calendar
from demo.scale import SCALES
from demo.staff import hire
from demo.world import World, choice_options
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD


def test_processes_make_the_same_text_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(
        Calendar(29_500_000, 20_486, 480),
        replace(SCALES["1m"], blocks=3),
        hire(Deck("staff")).sellers,
        products(),
        choice_options(Snapshot(1, STANDARD.objects)),
    )
    factory = Factory(world, "t_1", STANDARD.objects)
    alone = list(factory.make_all())
    monkeypatch.setattr(factory_module, "_FEW_BLOCKS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert list(factory.make_all()) == alone
