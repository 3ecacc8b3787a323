"""Django's SQLite backend, with one transaction of a process at a time and none passed over."""
