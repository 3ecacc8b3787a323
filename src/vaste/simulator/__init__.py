"""A fake operator with phones and people in it: for the demo, rehearsals and load."""
