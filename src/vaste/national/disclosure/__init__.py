"""Disclosure control of tables of counts: what to hide, and what an attacker could still find out. Pure."""
