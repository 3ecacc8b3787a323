"""Vaste: customer feedback for public health and social care."""

__version__ = "0.1.0"
