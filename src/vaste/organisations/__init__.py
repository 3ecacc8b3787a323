"""Counties, units, staff and their roles, and the settings of each county."""
