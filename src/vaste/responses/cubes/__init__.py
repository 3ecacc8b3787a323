"""Count cubes: the record already counted, from which figures are read; made from the copy by expressions that every engine runs."""
