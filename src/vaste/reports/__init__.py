"""Reports for those who decide: what was asked, what was answered, how it stands to the goals, what was done."""
