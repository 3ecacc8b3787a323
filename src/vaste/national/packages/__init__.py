"""The package of a delivery: one ZIP file of count tables, described, signed, and readable without Vaste. Pure."""
