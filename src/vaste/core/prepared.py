"""Statements that run again and again on PostgreSQL, prepared once a connection and sent by libpq's own calls.

psycopg's cursor finds out at every call how a statement and its values are to be sent, which costs more than the statement itself
where that is short: 68 µs a call, and 26 µs here. Only for the few statements of the survey pages that stand alone; see docs/adr/0049.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import errors, pq

_BYTEA, _UUID, _INT8, _INT4, _TEXT, _VARCHAR = 17, 2950, 20, 23, 25, 1043
# From PostgreSQL's binary forms; what a statement of the pages does not select is not here.
_READ: Final[Mapping[int, Callable[[bytes], Any]]] = {
    _BYTEA: bytes,
    _UUID: lambda octets: UUID(bytes=octets),
    _INT8: lambda octets: int.from_bytes(octets, "big", signed=True),
    _INT4: lambda octets: int.from_bytes(octets, "big", signed=True),
    _TEXT: bytes.decode,
    _VARCHAR: bytes.decode,
}


class PreparedCursor:
    """A cursor (`database.Cursor`) of one connection in autocommit, made once for it and kept. Used by one thread at a time.

    Takes bytes, UUID, str, int, date, datetime and None; gives rows of bytes, UUID, int, str and None. Errors are psycopg's.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection.pgconn
        self._names = dict[str, bytes]()
        self._result: pq.abc.PGresult | None = None
        self._next_row = 0

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed, or gives."""
        return (self._result and self._result.command_tuples) or 0

    def execute(self, sql: str, params: Sequence[Any] = (), /) -> None:
        """Run one statement, with `%s` for each value."""
        name = self._names.get(sql) or self._prepare(sql)
        values: Any = [_octets(value) for value in params]  # psycopg's types leave None out, which it takes
        formats = [pq.Format.BINARY if isinstance(value, bytes) else pq.Format.TEXT for value in params]
        self._result = self._checked(self._connection.exec_prepared(name, values, formats, pq.Format.BINARY))
        self._next_row = 0

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row or None."""
        result = self._result
        if result is None or self._next_row >= result.ntuples:
            return None
        number, self._next_row = self._next_row, self._next_row + 1
        return tuple(_value(result, number, column) for column in range(result.nfields))

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the remaining rows."""
        return list(iter(self.fetchone, None))

    def _prepare(self, sql: str) -> bytes:
        first, *others = sql.split("%s")
        numbered = first + "".join(f"${number}{part}" for number, part in enumerate(others, start=1))
        name = f"vaste_{len(self._names)}".encode()
        self._checked(self._connection.prepare(name, numbered.encode()))
        self._names[sql] = name
        return name

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            return result
        error = errors.error_from_result(result)
        if self._connection.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost") from error
        raise error


def _octets(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, UUID):
        return value.hex.encode()
    if isinstance(value, date):  # and moments, which are dates
        return value.isoformat().encode()
    return str(value).encode()


def _value(result: pq.abc.PGresult, row: int, column: int) -> Any:
    octets = result.get_value(row, column)
    return None if octets is None else _READ[result.ftype(column)](octets)
