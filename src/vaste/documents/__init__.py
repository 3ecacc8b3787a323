"""Documents for people: what one consists of, its drawings, and how it is set as an accessible PDF. Pure."""
