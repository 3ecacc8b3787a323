"""Collecting with a needed number: campaigns, what they let be sent, how they end, and when the number will be reached."""
