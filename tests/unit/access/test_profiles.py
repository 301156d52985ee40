"""How the rights of several roles unite."""

from collections.abc import Mapping

from engine.access.model import Access, FieldAccess, Scope
from engine.access.profiles import RoleRights, unite

MOBILE = ("customer", "mobile")


def role(
    scope: Scope,
    *actions: tuple[str, str],
    fields: Mapping[tuple[str, str], FieldAccess] | None = None,
) -> RoleRights:
    return RoleRights(scope, False, frozenset(actions), fields or {})


def test_the_widest_scope_counts_per_action() -> None:
    own = role(Scope.OWN, ("customer", "read"), ("customer", "update"))
    wide = role(Scope.DEPARTMENT, ("customer", "read"), ("lead", "read"))
    profile = unite([own, wide])
    assert profile.scope("customer", "read") is Scope.DEPARTMENT
    assert profile.scope("customer", "update") is Scope.OWN
    assert profile.scope("lead", "read") is Scope.DEPARTMENT
    assert profile.scope("lead", "update") is Scope.NONE


def test_nobody_without_roles_may_do_anything() -> None:
    assert unite([]).scope("customer", "read") is Scope.NONE


def test_the_widest_access_to_a_field_counts() -> None:
    hidden = role(Scope.OWN, ("customer", "read"), fields={MOBILE: FieldAccess(Access.HIDDEN)})
    read = role(Scope.OWN, ("customer", "read"), fields={MOBILE: FieldAccess(Access.READ)})
    assert unite([hidden, read]).field(*MOBILE).access is Access.READ
    assert unite([hidden, role(Scope.OWN, ("customer", "read"))]).fields == {}


def test_a_role_without_the_object_opens_none_of_its_fields() -> None:
    hidden = role(Scope.OWN, ("customer", "read"), fields={MOBILE: FieldAccess(Access.HIDDEN)})
    side = role(Scope.ALL, ("user", "update"))
    assert unite([hidden, side]).field(*MOBILE).access is Access.HIDDEN


def test_the_strictest_mask_counts_and_masked_is_not_writable() -> None:
    masked = role(Scope.OWN, ("customer", "read"), fields={MOBILE: FieldAccess(masked=True)})
    clear = role(Scope.OWN, ("customer", "read"))
    assert unite([masked, clear]).field(*MOBILE) == FieldAccess(Access.READ, True)


def test_a_super_role_is_beyond_all() -> None:
    masked = role(Scope.OWN, ("customer", "read"), fields={MOBILE: FieldAccess(Access.HIDDEN)})
    profile = unite([masked, RoleRights(Scope.ALL, True, frozenset(), {})])
    assert profile.is_super
    assert profile.scope("anything", "delete") is Scope.ALL
    assert profile.field(*MOBILE) == FieldAccess()


def test_equal_rights_have_equal_keys_however_they_came_about() -> None:
    one = unite([role(Scope.OWN, ("a", "read"), ("b", "read"))])
    two = unite([role(Scope.OWN, ("b", "read")), role(Scope.OWN, ("a", "read"))])
    other = unite([role(Scope.ALL, ("a", "read"), ("b", "read"))])
    assert one.key == two.key != other.key
