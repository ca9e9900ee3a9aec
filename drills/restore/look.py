"""What a person sees after a restore, in a process of its own over the restored data: `python -m … REGISTER`.

Signs in by HTTP, prints the register's form as PDF, and tells what is in the tables; one line of JSON.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianzheng.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 the settings come first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.models import Event  # noqa: E402
from drills.restore.people import PASSWORD, USERNAME  # noqa: E402
from registers.models import Block, Regulation  # noqa: E402


def main(register: int) -> dict:
    """All that the drill asks."""
    events = Event.objects.all()
    return {
        "signed_in": signed_in(),
        "pdf": printed(register),
        "damage": damage(),
        "regulations": sorted(Regulation.objects.values_list("pk", flat=True)),
        "histories": sorted(Regulation.history.values_list("id", flat=True)),
        "blocks": sorted(Block.objects.values_list("pk", flat=True)),
        "told": sorted(events.filter(verb="regulation.add").values_list("object_id", flat=True)),
        "changes": events.filter(verb="row.add").count(),
        "restored": Event.objects.filter(verb="backup.restore").count(),
    }


def signed_in() -> bool:
    client = Client()
    answer = client.post("/signin/", {"username": USERNAME, "password": PASSWORD})
    name = User.objects.get(username=USERNAME).name
    return answer.status_code == 302 and name in client.get("/", follow=True).content.decode()


def printed(register: int) -> int:
    """Bytes of the form, 0 when it is no PDF."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "form.pdf"
        call_command("export_form", form="form1", subject=register, format="pdf", out=out, verbosity=0)
        data = out.read_bytes()
    return len(data) if data.startswith(b"%PDF") else 0


def damage() -> list[str]:
    """What the database itself finds wrong; PostgreSQL has checked its keys while it restored."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        found = [row[0] for row in cursor.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
        return found + [str(row) for row in cursor.execute("PRAGMA foreign_key_check").fetchall()]


if __name__ == "__main__":
    print("LOOKED " + json.dumps(main(int(sys.argv[1]))))
