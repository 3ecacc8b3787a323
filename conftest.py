"""Where tests keep their keys: a data folder of their own, made before Django's settings are read."""

import os
import tempfile

if "VASTE_DATA_DIR" not in os.environ:
    os.environ["VASTE_DATA_DIR"] = tempfile.mkdtemp(prefix="vaste-tests-")
