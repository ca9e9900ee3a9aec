"""What the commands of the shell share: things asked for by number or name, and people. Wrong ones end with code 2."""

from typing import TypeVar

from django.core.management.base import CommandError
from django.db.models import Model, QuerySet

from accounts.models import User

WRONG_CALL = 2
Row = TypeVar("Row", bound=Model)


def only(rows: QuerySet[Row], asked: str, what: str, of: object = "") -> Row:
    """The only row with that number or name; ``of`` says of whom in the sentence when there is none."""
    found = list(rows.filter(pk=int(asked)) if asked.isdecimal() else rows.filter(name=asked)[:2])
    if len(found) != 1:
        where = f"“{of}”" if of else ""
        said = f"{where}没有“{asked}”这个{what}" if not found else f"有几个{what}都叫“{asked}”，请写编号"
        raise CommandError(f"{said}。", returncode=WRONG_CALL)
    return found[0]


def user_named(username: str) -> User | None:
    """The account of that name; None for an empty name: the system itself."""
    if not username:
        return None
    user = User.objects.filter(username=username.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"没有“{username}”这个在用的账号。", returncode=WRONG_CALL)
    return user
