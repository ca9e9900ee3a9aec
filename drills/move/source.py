"""In a process of its own over a migrated, empty SQLite database: `… fill SEED`, or `… move URL [fault]`."""

import os
import random
import sys
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianzheng.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 the settings come first

from lianzheng.keeping import moving  # noqa: E402
from registers.services import regulations  # noqa: E402
from tests.plumbing.database import save_in_transactions  # noqa: E402
from tests.world import make_world  # noqa: E402


def fill(seed: int) -> None:
    """A world of one of the schemes, with words of every plane."""
    save_in_transactions()
    chance = random.Random(seed)
    world = make_world(chance.choice(["s000", "s001", "s002", "s003", "s004"]))
    for number in range(chance.randrange(5, 40)):
        regulations.add_regulation(by=None, bureau=world.bureau, title=f"𠮷䶮第{number}号\\t'\"制度")


def move(url: str, fault: bool) -> None:
    """The command, with its fault or without."""
    real = moving.copy_table

    def without_one(source, there, table):
        if table != "registers_regulation":
            real(source, there, table)

    with mock.patch.object(moving, "copy_table", without_one if fault else real):
        call_command("move_to_postgresql", url)


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        move(sys.argv[2], len(sys.argv) > 3)
