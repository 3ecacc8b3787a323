"""Every figure as a pure function of integer counts: the same counts give the same figure wherever they were counted."""
