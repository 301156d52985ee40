"""Makes the blocks of a company as COPY text, in several processes when there are many.

Every block has a seed of its own, so who makes it, and when, changes nothing.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from demo.blocks import add_block
from demo.columns import Sheet
from demo.sheets import FIELDS
from demo.world import Block, Rows, World
from metadata.model import ObjectDef

Lines = Mapping[str, str]
_FEW_BLOCKS = 20  # below that, starting processes costs more than they save
_MOST_PROCESSES = 4
_AHEAD = 2  # blocks in flight per process: what bounds the memory


@dataclass(frozen=True)
class Factory:
    """What is needed to make any block; travels to other processes."""

    world: World
    schema: str
    objects: tuple[ObjectDef, ...]

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        """The sheets of all objects that the demo fills."""
        by_name = {each.name: each for each in self.objects}
        return {name: Sheet(self.schema, by_name[name], fields) for name, fields in FIELDS.items()}

    def encode(self, rows: Rows) -> Lines:
        """The COPY text of rows, by object."""
        return {
            name: "".join(map(sheet.line, rows[name]))
            for name, sheet in self.sheets.items()
            if rows.get(name)
        }

    def make(self, number: int) -> Lines:
        """The text of one block."""
        block = Block(self.world, number)
        add_block(block)
        return self.encode(block.rows)

    def make_all(self) -> Iterator[Lines]:
        """The text of all blocks in their order."""
        blocks = self.world.scale.blocks
        processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
        if blocks < _FEW_BLOCKS or processes == 1:
            return map(self.make, range(blocks))
        return self._make_beside(blocks, processes)

    def _make_beside(self, blocks: int, processes: int) -> Iterator[Lines]:
        pending: deque[Future[Lines]] = deque()
        with ProcessPoolExecutor(
            processes,
            # a fork would take over connections and locks of this process
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_Worker.set_up,
            initargs=(self.world, self.schema, self.objects),
        ) as pool:
            for number in range(blocks):
                pending.append(pool.submit(_Worker.make, number))
                if len(pending) > processes * _AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()


class _Worker:
    """The factory of a worker process."""

    factory: Factory

    @classmethod
    def set_up(cls, world: World, schema: str, objects: tuple[ObjectDef, ...]) -> None:
        cls.factory = Factory(world, schema, objects)

    @classmethod
    def make(cls, number: int) -> Lines:
        return cls.factory.make(number)
