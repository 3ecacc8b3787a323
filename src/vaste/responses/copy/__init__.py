"""The record's columnar copy: a Delta table that follows the database, can be made anew at any time, and holds no id and no text."""
