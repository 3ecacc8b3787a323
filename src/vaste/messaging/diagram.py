"""The states of a message as a diagram, drawn from the transition table: `python -m vaste.messaging.diagram [--check]`."""

import re
import sys
from pathlib import Path

from vaste.messaging.rules import TRANSITIONS, MessageState

PAGE = Path(__file__).parents[3] / "docs" / "architecture.md"
_DRAWN = re.compile(r"stateDiagram-v2\n.*?(?=```)", re.DOTALL)


def draw() -> str:
    """Return the diagram: every event that leads from one state to another."""
    arrows = [f"    {before.value} --> {after.value}: {event.value}\n" for (before, event), after in TRANSITIONS.items()]
    return "".join(["stateDiagram-v2\n", f"    [*] --> {MessageState.QUEUED.value}\n", *arrows])


def main(arguments: list[str]) -> int:
    """Draw the diagram anew in the page, or tell by the exit code whether it is as the table says."""
    before = PAGE.read_text(encoding="utf-8")
    after = _DRAWN.sub(draw(), before, count=1)
    if "--check" not in arguments:
        PAGE.write_text(after, encoding="utf-8")
    elif after != before:
        print("The diagram in docs/architecture.md is not as the table says; run `python -m vaste.messaging.diagram`.")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
