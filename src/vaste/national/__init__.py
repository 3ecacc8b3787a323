"""What leaves the county for national comparison, and what may be compared."""
