"""The survey as a page: one page, no script, the same session as the text messages."""
