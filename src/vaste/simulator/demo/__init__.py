"""The living demo: an invented county whose day passes in a minute, with visits, staff and everything they see."""
