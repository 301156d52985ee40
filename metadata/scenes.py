"""The scenes that every user of an object has, by what the object is (SCN-01, peer fact 2.6).

Not stored with the object: nobody changes them, a user only orders and hides them. A custom
object has the common ones as soon as it is there.
"""

from collections.abc import Mapping
from typing import Any

from metadata.model import Capability, Label, ObjectDef, ObjectKind, RowScope, Scene

Where = Mapping[str, Any]

ALL = Scene(key="all", label=Label("全部", "All"))
MINE = Scene(key="mine", label=Label("我负责的", "Mine"), where={"owner": {"me": True}})
SUBORDINATES = Scene(
    key="subordinates",
    label=Label("下属负责的", "My subordinates'"),
    where={"owner": {"mySubordinates": True}},
)
# a viewer sees no followers but himself, so "some" is "me"
FOLLOWED = Scene(
    key="followed", label=Label("我关注的", "Followed"), where={"followers": {"some": {}}}
)
_THREE = (ALL, MINE, SUBORDINATES)
_FOUR = (*_THREE, FOLLOWED)


def is_system(id: str) -> bool:
    """Is it the id of a scene of the system, of whichever object?"""
    return any(each.key == id for scenes in (_FOUR, *_SCENES.values()) for each in scenes)


def scenes_of(definition: ObjectDef) -> tuple[Scene, ...]:
    """The system scenes of an object in their order; the first is what a list begins with."""
    own = _SCENES.get(definition.name)
    if own is not None:
        return own
    if definition.kind is not ObjectKind.RECORD or definition.row_scope is not RowScope.OWNED:
        return (ALL,)
    return _FOUR if definition.can(Capability.FOLLOWABLE) else _THREE


def _narrowed(scenes: tuple[Scene, ...], condition: Where) -> tuple[Scene, ...]:
    return tuple(
        Scene(key=each.key, label=each.label, where=_both(each.where, condition)) for each in scenes
    )


def _both(first: Where, second: Where) -> Where:
    return {"and": [first, second]} if first else second


def _scene(key: str, zh: str, en: str, **where: Any) -> Scene:
    return Scene(key=key, label=Label(zh, en), where=where)


def _with_outcome(key: str, zh: str, en: str) -> Scene:
    return _scene(key, zh, en, outcome={"eq": key.upper()})


_OPEN = {"in": ["PENDING", "PARTLY_RECEIVED", "OVERDUE"]}
_DONE = {"eq": "RECEIVED"}
# what is overdue is told by the day, whatever the status says (peer fact 14.19)
_BEFORE_TODAY = {"dueOn": {"during": "BEFORE_TODAY"}}

_SCENES: Mapping[str, tuple[Scene, ...]] = {
    # a converted lead is in no scene but its own
    "lead": (
        *_narrowed(_FOUR, {"convertedAt": {"isNull": True}}),
        _scene("converted", "已转化的", "Converted", convertedAt={"isNull": False}),
    ),
    # a customer without owner is in a pool
    "customer": _narrowed(_FOUR, {"owner": {"isNull": False}}),
    "contact": _FOUR,
    "opportunity": (
        *_FOUR,
        _with_outcome("won", "赢单", "Won"),
        _with_outcome("lost", "输单", "Lost"),
        _with_outcome("invalid", "无效", "Invalid"),
        _with_outcome("running", "进行中", "Running"),
    ),
    "contract": _THREE,
    "payment": _THREE,
    "visit": _THREE,
    "invoice": _THREE,
    "paymentPlan": (
        *_THREE,
        _scene("overdue", "逾期未回款", "Overdue", status=_OPEN, **_BEFORE_TODAY),
        _scene(
            "dueThisMonth",
            "本月到期未回款",
            "Due this month",
            status=_OPEN,
            dueOn={"during": "THIS_MONTH"},
        ),
        _scene(
            "dueThisWeek",
            "本周到期未回款",
            "Due this week",
            status=_OPEN,
            dueOn={"during": "THIS_WEEK"},
        ),
        _scene("received", "已回款", "Received", status=_DONE),
        _scene(
            "receivedThisMonth",
            "本月已回款",
            "Received this month",
            status=_DONE,
            dueOn={"during": "THIS_MONTH"},
        ),
        _scene(
            "receivedThisWeek",
            "本周已回款",
            "Received this week",
            status=_DONE,
            dueOn={"during": "THIS_WEEK"},
        ),
        _scene("partlyReceived", "部分回款", "Partly received", status={"eq": "PARTLY_RECEIVED"}),
    ),
    "product": (
        ALL,
        _scene("onSale", "上架的产品", "On sale", onSale={"eq": True}),
        _scene("offSale", "下架的产品", "Off sale", onSale={"eq": False}),
    ),
}
