"""Failures that the user can mend are told in one line, with exit code 2; never a traceback."""

from typing import IO, Any

import click
import psycopg2
from sqlalchemy.exc import DBAPIError

from engine.base.errors import AppError, SetupError


class SpokenError(click.ClickException):
    """One line on standard error."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"qiansi: {self.format_message()}", file=file, err=True)


class SpokenGroup(click.Group):
    """A group whose commands may raise what `engine` raises."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SetupError as error:
            raise SpokenError(str(error)) from None
        except AppError as error:
            raise SpokenError(f"stopped: {error}") from None
        except (DBAPIError, psycopg2.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            reason = str(cause).strip().splitlines()[:1]
            raise SpokenError(f"the database refused: {''.join(reason)}") from None
