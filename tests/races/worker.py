"""What runs in a process of its own: a whole Django, and one act on each register as soon as all are ready."""

import django
from django.apps import apps
from django.db import connection

if not apps.ready:  # here begins the process
    django.setup()

from accounts.exceptions import Refused  # noqa: E402 models need the apps
from accounts.models import User  # noqa: E402
from registers.models import Register  # noqa: E402
from workflow.acts import Act  # noqa: E402
from workflow.services import deciding  # noqa: E402


def agree_on_all(database: dict, ids: list[int], user_id: int, barrier, results) -> None:
    """Agree to every register as that user; puts into ``results`` how each ended: "won" or what was raised."""
    connection.settings_dict.update(database)
    user = User.objects.get(pk=user_id)
    registers = Register.objects.in_bulk(ids)
    told = []
    for pk in ids:
        barrier.wait(60)
        told.append((pk, _agree(registers[pk], user)))
    results.put(told)
    connection.close()


def _agree(register: Register, user: User) -> str:
    try:
        deciding.agree(register=register, by=user, act=Act())
    except Refused as refused:
        return f"refused: {refused}"
    except Exception as fault:  # the test judges it
        return f"fault: {fault!r}"
    return "won"
