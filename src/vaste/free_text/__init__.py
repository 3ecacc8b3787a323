"""What people write in their own words: what identifies somebody taken out, what it is about, how it sounds. No framework."""
