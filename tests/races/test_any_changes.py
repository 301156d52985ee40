"""Any sequence of changes leaves what a plain model says, in both processes (E3, E8).

Each sequence has a company of its own: two objects that ship and two that do not, some records.
Changes of metadata and of records alternate; after each, every field is read, filtered, sorted and
grouped through the schema as it is then. What must be refused is, and says whom it would break.
"""

from collections.abc import Callable
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE_OBJECT, applied, differences
from tests.harness.plain.changes import CHANGES, add_field
from tests.harness.plain.model import Field, Thing, World
from tests.harness.plain.reads import check_reads
from tests.harness.plain.records import RECORD_STEPS, create

VERBS = {**CHANGES, **RECORD_STEPS}
# what builds up comes more often than what takes away
OFTEN = (
    *("addFormula", "addRollUp", "addRelation", "create"),
    *("recompute", "deleteField") * 2,
    *("update",) * 4,
)
STEPS = st.tuples(st.sampled_from((*VERBS, *OFTEN)), st.integers(0, 2**32))


def test_any_sequence_of_changes_is_what_a_model_says(
    make_company: Callable[[], TestCompany],
) -> None:
    @settings(
        max_examples=7,
        phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes: steps are few
    )
    @given(seed=st.integers(0, 2**32), steps=st.lists(STEPS, min_size=8, max_size=16))
    def hold(seed: int, steps: list[tuple[str, int]]) -> None:
        run_steps(make_company(), seed, steps)

    hold()


def run_steps(company: TestCompany, seed: int, steps: list[tuple[str, int]]) -> None:
    admins = (company.client("admin", 0), company.client("admin", 1))
    world = furnished(admins[0], Random(seed))
    check_reads(admins, world, Random(seed), "alpha")
    for at, (verb, number) in enumerate(steps):
        chance = Random(number)
        suiting = [each for each in world.things.values() if VERBS[verb].suits(each)]
        if suiting:
            thing = chance.choice(suiting)
            VERBS[verb].run(admins[at % 2], world, thing, chance)
            check_reads(admins, world, chance, thing.name)
    assert differences(company) == []


def furnished(client: Client, chance: Random) -> World:
    """Objects with fields of several kinds, relations, values computed along them, a few records."""
    name = Field("name", "text", fixed=True)
    of_customer = Field(
        "customer",
        "relation",
        target="customer",
        inverse="opportunities",
        required=True,
        fixed=True,
    )
    amount = Field("amount", "amount", fixed=True)
    world = World(
        {
            "customer": Thing("customer", "customers", {"name": name}),
            "opportunity": Thing(
                "opportunity",
                "opportunities",
                {each.name: each for each in (name, amount, of_customer)},
            ),
            "alpha": Thing("alpha", "alphas", {"name": name}),
            "beta": Thing("beta", "betas", {"name": name}),
        }
    )
    for own in ("alpha", "beta"):
        applied(client, CREATE_OBJECT, f={"label": {"zh": own}, "name": own})
    alpha, beta = world.things["alpha"], world.things["beta"]
    to_alpha = Field("alpha", "relation", target="alpha", inverse="betas", empties=True)
    to_customer = Field("customer", "relation", target="customer", inverse="alphas")
    for thing, field in (
        (alpha, Field("size", "number")),
        (alpha, to_customer),
        (beta, Field("quantity", "integer")),
        (beta, Field("day", "date")),
        (beta, to_alpha),
    ):
        add_field(client, world, thing, field)
    for verb, thing in (
        ("addFormula", beta),
        ("addRollUp", alpha),
        ("addFormula", alpha),
        ("addRollUp", world.things["customer"]),
    ):
        CHANGES[verb].run(client, world, thing, chance)
    for thing in world.things.values():
        for _ in range(3):
            create(client, world, thing, chance)
    return world
