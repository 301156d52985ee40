"""SQLAlchemy tables of a snapshot."""

from sqlalchemy import BigInteger, Numeric

from metadata.field_types.registry import field_type
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.tables import tables
from tests.unit.metadata.sample import CUSTOMER, OBJECTS, USER


def test_a_table_has_its_id_and_the_columns_of_its_fields() -> None:
    made = tables(Snapshot(1, OBJECTS), "t_7")["customer"]
    names = [c.name for f in CUSTOMER.fields for c in field_type(f.type).columns(f)]
    assert made.fullname == "t_7.customer"
    assert [column.name for column in made.columns] == ["id", *names]
    assert isinstance(made.c.owner_id.type, BigInteger)
    assert isinstance(made.c.amount.type, Numeric)


def test_the_same_snapshot_gives_the_same_tables() -> None:
    snapshot = Snapshot(1, OBJECTS)
    assert tables(snapshot, "t_7") is tables(snapshot, "t_7")


def test_snapshots_of_one_version_are_not_mistaken_for_each_other() -> None:
    assert set(tables(Snapshot(1, OBJECTS), "t_7")) == {"customer", "user"}
    assert set(tables(Snapshot(1, (USER,)), "t_7")) == {"user"}


def test_every_type_that_ships_has_a_column_type() -> None:
    made = tables(Snapshot(1, STANDARD.objects), "t_7")
    assert set(made) == {each.name for each in STANDARD.objects}
