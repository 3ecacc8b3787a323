"""The tables of counts that a delivery is made of: their plan, how coarse they are, and what of them is hidden. Pure but for reading."""
