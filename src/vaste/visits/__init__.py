"""The feed from care: visits as files and messages, checked field by field, and remembered only as keyed hashes."""
