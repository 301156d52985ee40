"""How large a demo company is: blocks of a thousand customers and what hangs on them.

Every block has the same shape, so the number of a row follows from its place and no block
needs to know another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BLOCK = 1_000
# rows per ten customers, in turn; their sums say how many a block has
CONTACTS = (2, 1, 3, 2, 4, 1, 2, 1, 3, 1)
OPPORTUNITIES = (1, 0, 2, 1, 3, 0, 1, 1, 0, 1)
CONTRACTS = (1, 0, 1, 0, 1, 0, 0, 0, 0, 0)
INSTALMENTS = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """`own_every`: each documented salesperson owns one customer in so many.

    `leads` and `visits` per block; `lines` says whether opportunities carry product lines;
    a contract is paid in at most `instalments`;
    the shares are chances per customer (follow_ups: rows, at most three).
    """

    blocks: int
    own_every: int
    leads: int = 400
    visits: int = 100
    lines: bool = True
    instalments: int = INSTALMENTS
    follow_up_share: float = 0.6
    detail_share: float = 0.3
    log_share: float = 0.5

    @property
    def customers(self) -> int:
        return self.blocks * BLOCK


SCALES: Mapping[str, Scale] = {
    "small": Scale(blocks=2, own_every=16),
    "100k": Scale(
        blocks=100,
        own_every=200,
        leads=100,
        visits=20,
        follow_up_share=0.2,
        detail_share=0.05,
        log_share=0.05,
    ),
    "1m": Scale(
        blocks=1_000,
        own_every=2_000,
        leads=50,
        visits=5,
        lines=False,
        instalments=1,
        follow_up_share=0.05,
        detail_share=0.01,
        log_share=0.01,
    ),
}
