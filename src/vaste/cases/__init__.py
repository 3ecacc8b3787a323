"""Contact requests and, later, named feedback: who asked, by when they are owed an answer, and what was done."""
