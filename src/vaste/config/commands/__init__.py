"""The parts of the `vaste` command, one module each."""
