"""The anonymous record: a mailbox without keys, the mix, and the responses."""
