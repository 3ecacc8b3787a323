"""A delivery from its draft to its receipt: the states it goes through, and who may move it on."""
