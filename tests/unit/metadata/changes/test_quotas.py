"""What an administrator may add is bounded, whichever way it comes."""

import pytest

from engine.base.clock import now
from metadata.changes import quotas
from metadata.changes.change import Refused
from metadata.changes.create_object import CreateObject
from metadata.changes.delete_object import DeleteObject, RestoreObject
from metadata.model import Label
from metadata.standard import STANDARD


def test_restoring_an_object_needs_room_like_making_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "CUSTOM_OBJECTS", 1)
    one, two = (
        CreateObject(Label(f"物{n}", f"Thing {n}"), f"thing{n}", f"things{n}") for n in (1, 2)
    )
    objects = one.apply(STANDARD.objects)
    with pytest.raises(Refused):
        two.apply(objects)
    gone = DeleteObject("thing1", now()).apply(objects)
    both = two.apply(gone)
    with pytest.raises(Refused) as refused:
        RestoreObject("thing1").apply(both)
    assert [each.code for each in refused.value.problems] == ["TOO_MANY_OBJECTS"]
    assert RestoreObject("thing1").apply(gone)
