"""Answers that other systems collected before, brought into the record by a mapping that is data."""
