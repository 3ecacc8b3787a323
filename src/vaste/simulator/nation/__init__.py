"""A country of invented counties whose true differences are known: what comes of comparing and attacking what they deliver."""
