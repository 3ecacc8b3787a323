"""The diagram of states is drawn from the transition table."""

from vaste.messaging.diagram import draw, main
from vaste.messaging.rules import TRANSITIONS, MessageState


def test_the_diagram_in_the_documents_is_as_the_table_says() -> None:
    assert main(["--check"]) == 0


def test_the_diagram_shows_every_transition() -> None:
    lines = draw().splitlines()
    for (before, event), after in TRANSITIONS.items():
        assert f"    {before.value} --> {after.value}: {event.value}" in lines


def test_every_state_can_be_reached_from_the_queue() -> None:
    reached, found = set(), {MessageState.QUEUED}
    while found - reached:
        reached |= found
        found = {after for (before, _event), after in TRANSITIONS.items() if before in reached} | reached
    assert reached == set(MessageState)
