"""Each test has a place of its own for the copy, and a county."""

import random
from pathlib import Path

import pytest

from tests.factories import make_county


@pytest.fixture(autouse=True)
def copy_dir(transactional_db: None, settings, tmp_path: Path) -> Path:
    settings.COPY_DIR = tmp_path / "copy"
    make_county()
    return tmp_path / "copy"


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)
