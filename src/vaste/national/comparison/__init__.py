"""Counties side by side: what each would score with the same mix of answers, and what of that chance explains."""
