"""SMPP 3.4: the operators' own wire, by a small session of our own (docs/adr says why)."""
