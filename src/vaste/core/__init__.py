"""What every part stands on: clock, ids, keys, audit. Knows nothing of the domain."""
