"""What runs in a process of its own: a whole Django, a kind of job that takes its time, and the pool of workers."""

import time

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

if not apps.ready:  # here begins the process
    django.setup()

from jobs import registry  # noqa: E402 models need the apps
from jobs.pool import Pool  # noqa: E402
from jobs.work import Work  # noqa: E402

PIECES = 200
KIND = "patient"


def patient(work: Work) -> None:
    """Many small pieces; the first taking goes on for ever, the second ends at once."""
    pieces = 1 if work.job.attempts > 1 else PIECES
    stream = work.output("结果.txt")
    for number in range(pieces):
        work.progress(number, pieces)
        time.sleep(work.params.get("pause", 0.1))
    stream.write(f"{work.job.attempts}".encode())


def run_pool(database: dict, media: str, size: int) -> None:
    """Workers on the test's database until SIGTERM."""
    connection.settings_dict.update(database)
    settings.MEDIA_ROOT = media
    registry.register(KIND, "耐心", patient)
    Pool(size=size, most_memory=10_000).run()
