"""Creates or drops a test database on the PostgreSQL of 127.0.0.1:5432, if one answers.

outside_database.py create NAME   prints the address; nothing when no server lets us in
outside_database.py drop NAME
"""

import sys

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

USERS = ("postgres", "root")


def connect() -> psycopg2.extensions.connection | None:
    """As the first user that is let in without a password."""
    for user in USERS:
        try:
            found = psycopg2.connect(
                host="127.0.0.1", port=5432, user=user, dbname="postgres", connect_timeout=3
            )
        except psycopg2.OperationalError:
            continue
        found.autocommit = True
        return found
    return None


def main() -> None:
    action, name = sys.argv[1:]
    connection = connect()
    if connection is None:
        return
    with connection.cursor() as cursor:
        if action == "create":
            statement = "create database {} template template0 encoding 'UTF8'"
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
            print(f"postgresql://{connection.info.user}@127.0.0.1:5432/{name}")  # noqa: T201
        else:
            statement = "drop database if exists {} with (force)"
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))


if __name__ == "__main__":
    main()
