"""What the answers say, for every reader: whose figures, of which time, and what may be shown of them."""
