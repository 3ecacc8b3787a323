"""Prepared statements take and give the values that the survey pages use, and fail as psycopg's own cursor does."""

from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from vaste.core.prepared import PreparedCursor

if connection.vendor == "postgresql":
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def cursor():
        connection.ensure_connection()
        return PreparedCursor(connection.connection)

    def same(cursor, value, kind):
        cursor.execute(f"SELECT %s::{kind}", (value,))
        [row] = cursor.fetchall()
        return row[0]

    @pytest.mark.parametrize("number", [0, 1, -1, 2**31 - 1, -(2**31)])
    def test_whole_numbers_go_there_and_back(cursor, number):
        assert same(cursor, number, "integer") == number
        assert same(cursor, number, "bigint") == number

    def test_values_of_any_kind_go_there_and_back(cursor):
        @given(st.binary(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.uuids())
        def there_and_back(octets, text, number):
            assert same(cursor, octets, "bytea") == octets
            assert same(cursor, text, "text") == text
            assert same(cursor, number, "uuid") == UUID(str(number))

        there_and_back()

    def test_days_and_moments_arrive_as_they_are(cursor):
        cursor.execute("SELECT (%s::date)::text", (date(2026, 5, 4),))
        assert cursor.fetchone() == ("2026-05-04",)
        cursor.execute("SELECT extract(epoch FROM %s::timestamptz)::bigint", (datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC),))
        assert cursor.fetchone() == (1777896007,)

    def test_nothing_is_nothing(cursor):
        assert same(cursor, None, "bytea") is None

    def test_rows_come_one_by_one_and_then_no_more(cursor):
        cursor.execute("SELECT generate_series(1, 3)")
        assert cursor.fetchone() == (1,)
        assert cursor.fetchall() == [(2,), (3,)]
        assert cursor.fetchone() is None

    def test_rows_that_were_changed_are_counted(cursor):
        cursor.execute("CREATE TEMPORARY TABLE trial (number integer UNIQUE)")
        cursor.execute("INSERT INTO trial VALUES (%s), (%s)", (1, 2))
        assert cursor.rowcount == 2
        cursor.execute("DELETE FROM trial WHERE number = %s", (7,))
        assert cursor.rowcount == 0

    def test_what_the_server_refuses_is_psycopgs_own_error_and_the_connection_goes_on(cursor):
        with pytest.raises(psycopg.errors.UndefinedTable):
            cursor.execute("SELECT * FROM no_such_table")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            cursor.execute("SELECT %s::integer", ("one",))
        assert same(cursor, 1, "integer") == 1

    def test_a_server_that_went_is_told_apart(cursor):
        with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (connection.connection.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError):
            cursor.execute("SELECT 1")
        connection.close()
