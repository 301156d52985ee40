"""What a job has at hand: the engine and the settings of its process."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from engine.base.settings import Settings
from engine.db.companies import Company, load_companies
from engine.db.write_engine import transaction


@dataclass(frozen=True, slots=True)
class JobContext:
    """Given to every actor, once per process."""

    engine: Engine
    settings: Settings

    def companies(self) -> list[Company]:
        """All companies; none while the platform is not installed yet."""
        with transaction(self.engine) as connection:
            if connection.execute(text("select to_regclass('qiansi.company')")).scalar() is None:
                return []
            return list(load_companies(connection))
