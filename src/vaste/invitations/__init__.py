"""Whom to ask, when, and why not; the invitation that burns."""
