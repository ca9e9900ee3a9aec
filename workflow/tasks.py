"""Tasks laid on desks and taken off them."""

import datetime

from django.utils import timezone

from accounts.models import User
from registers.models import Register
from registers.schemes.road import Step
from workflow.enums import TaskKind
from workflow.models import Task


def lay(
    *,
    register: Register,
    step: Step,
    desk: str,
    kind: TaskKind = TaskKind.ACT,
    due: datetime.date | None = None,
    instead_of: str = "",
    not_before: datetime.date | None = None,
) -> Task:
    """A task at that step on a desk. ``not_before``: it shows up on that day."""
    return Task.objects.create(
        register=register,
        step=step.key,
        round=register.round,
        kind=kind,
        desk=desk,
        due_on=due,
        instead_of=instead_of,
        not_before=not_before,
    )


def close_these(*, tasks: list[Task], by: User | None) -> None:
    """Close these tasks."""
    ids = [task.pk for task in tasks]
    Task.objects.filter(pk__in=ids).update(open=False, done_at=timezone.now(), done_by=by)


def close(*, register: Register, by: User | None, kinds: tuple[TaskKind, ...]) -> None:
    """Close the register's open tasks of these kinds."""
    rows = Task.objects.filter(register=register, open=True, kind__in=kinds)
    rows.update(open=False, done_at=timezone.now(), done_by=by)


def close_step(register: Register) -> None:
    """Close what lay open for the step; letters to bodies outside (FILE, RECEIPT) go on by themselves."""
    close(register=register, by=None, kinds=(TaskKind.ACT, TaskKind.CONFIRM, TaskKind.PAIR))
