"""Operators: the outbox and its states, the inbox, the texts on the air, and the wires they go by."""
