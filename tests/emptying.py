"""What tests with real transactions leave behind is deleted where it lies.

After each of them Django truncates every table there is and makes the permissions anew: a fifth of a run on PostgreSQL, which
gives each truncated table and each of its indexes a new file.
"""

from functools import cache

from django.db import connection, transaction

# Made with the tables, and changed by nobody.
_KEPT = {"django_content_type", "auth_permission", "django_migrations"}


@cache
def _tables() -> tuple[str, ...]:
    return tuple(sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - _KEPT))


def empty_tables(_test_case: object = None) -> None:
    """Delete every row of every table, in one transaction; references are judged at its end."""
    quoted = {table: connection.ops.quote_name(table) for table in _tables()}
    has_rows = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted.items())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(has_rows)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[table]}")
