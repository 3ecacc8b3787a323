"""Operators that are spoken to over HTTP: one gateway for all of them, one module per supplier for its words."""
