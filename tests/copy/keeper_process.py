"""A process to be killed: `python -m tests.copy.keeper_process FOLDER`. Each line on standard input, and its end, kills the keeper;
the line "begin" begins another.

A keeper publishes answers, withdraws some and lets the copy follow, without end, and writes down the codes it has given out.
The next one is forked before anything of the copy is loaded, as the web server's processes are.
"""

import os
import random
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - models can be imported only now
from django.db import connection  # noqa: E402

from tests.copy.record import publish  # noqa: E402
from vaste.responses.actions import withdraw  # noqa: E402


def keep(seed: int) -> None:
    """Change the record and let the copy follow until killed."""
    from vaste.responses.copy.actions import follow_record, rebuild_copy, tidy_copy

    chance = random.Random(seed)
    codes: list[str] = []
    while True:
        codes += publish(chance, chance.randrange(1, 9))
        for _ in range(chance.randrange(3)):
            withdraw(codes.pop(chance.randrange(len(codes))))
        chance.choices((follow_record, tidy_copy, lambda: rebuild_copy(actor="test")), weights=(8, 1, 1))[0]()
        print("went round", flush=True)


def main() -> None:
    """Fork a keeper for each "begin"; none outlives this process."""
    settings.COPY_DIR = Path(sys.argv[1])
    keeper = 0
    for seed, line in enumerate(sys.stdin):
        keeper = _killed(keeper)
        if line.strip() == "begin":
            connection.close()
            keeper = os.fork()
            if not keeper:
                keep(seed)
    _killed(keeper)


def _killed(keeper: int) -> int:
    if keeper:
        os.kill(keeper, signal.SIGKILL)
        os.waitpid(keeper, 0)
        print("killed", flush=True)
    return 0


if __name__ == "__main__":
    main()
