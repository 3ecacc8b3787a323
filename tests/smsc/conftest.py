"""One SMSC for all tests of a file; it is kind again before each."""

from collections.abc import Iterator

import pytest
from tests.smsc.peers import Smsc, node_smsc


@pytest.fixture(scope="module")
def shared_smsc() -> Iterator[Smsc]:
    with node_smsc() as running:
        yield running


@pytest.fixture
def smsc(shared_smsc: Smsc) -> Smsc:
    shared_smsc.do("behave")
    shared_smsc.forget()
    return shared_smsc
