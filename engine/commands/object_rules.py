"""Rules of single objects, by name: what a generic verb asks before and after it writes.

The generic path is the same for every object; one without an entry has no rules of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands import (
    follow_up_rules,
    line_rules,
    organisation_rules,
    outstanding_rules,
    period_rules,
    primary_contact,
    trees,
)
from engine.commands.change import Change
from engine.commands.rows import Record
from engine.commands.work import Work


def _no_values(work: Work, change: Change) -> Mapping[str, Any]:
    return {}


def _nothing(work: Work, change: Change) -> None:
    return None


def _campaign(work: Work, change: Change) -> None:
    trees.check_tree(work, change)
    period_rules.check_period(work, change)


def _nothing_on(work: Work, record: Record) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ObjectRules:
    """`derive` gives values the engine computes; the checks raise; the others follow up.

    `concerned` are the fields whose change the first three look at; None: any may be.
    """

    derive: Callable[[Work, Change], Mapping[str, Any]] = _no_values
    check: Callable[[Work, Change], None] = _nothing
    after: Callable[[Work, Change], None] = _nothing
    check_delete: Callable[[Work, Record], None] = _nothing_on
    after_delete: Callable[[Work, Record], None] = _nothing_on
    concerned: frozenset[str] | None = None


_NONE = ObjectRules(concerned=frozenset())
_RULES: Mapping[str, ObjectRules] = {
    "opportunityLine": ObjectRules(derive=line_rules.price),
    "contractLine": ObjectRules(derive=line_rules.price),
    "contact": ObjectRules(
        check=trees.check_reports_to,
        after=primary_contact.choose_only_contact,
        concerned=frozenset({"reportsTo", "customer"}),
    ),
    "contract": ObjectRules(derive=outstanding_rules.outstanding, check=period_rules.check_period),
    "paymentPlan": ObjectRules(derive=outstanding_rules.outstanding),
    "followUp": ObjectRules(
        after=follow_up_rules.note_on_record, after_delete=follow_up_rules.forget
    ),
    "customer": ObjectRules(check=trees.check_tree, concerned=frozenset({"parent"})),
    "campaign": ObjectRules(check=_campaign),
    "productCategory": ObjectRules(check=trees.check_tree, concerned=frozenset({"parent"})),
    "department": ObjectRules(
        check=organisation_rules.check_department,
        check_delete=organisation_rules.check_department_deletion,
    ),
    "user": ObjectRules(
        check=organisation_rules.check_user,
        after=organisation_rules.end_sessions,
        check_delete=organisation_rules.refuse_user_deletion,
    ),
    "role": ObjectRules(
        check=organisation_rules.check_role,
        check_delete=organisation_rules.check_role_deletion,
    ),
}


def rules_of(object_name: str) -> ObjectRules:
    """The rules of an object; of most it has none."""
    return _RULES.get(object_name, _NONE)
