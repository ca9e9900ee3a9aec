"""A bureau's own layout of a paper: kept, and given up for the plan's own."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers.access import require
from registers.models import FormLayout, Scheme, Unit
from registers.schemes import layouts
from registers.schemes.faults import SchemeError
from registers.schemes.model import Form
from registers.schemes.store import spec_of
from registers.services import tracking
from registers.services.tracking import Outdated

PLAN = 0  # the version of a form that the bureau has not changed


def layout_of(bureau: Unit, scheme: str, key: str) -> FormLayout | None:
    """The bureau's own layout of that form, if it has one."""
    return FormLayout.objects.filter(bureau=bureau, scheme_key=scheme, form_key=key).first()


@transaction.atomic
def change_layout(*, by: User | None, bureau: Unit, scheme: Scheme, key: str, body: Mapping[str, Any], seen: int):
    """Print this form so from now on. ``seen`` is the version that was shown (0: the plan's own).

    Raises NotAllowed, Outdated when somebody else changed it since, SchemeError for values that make no form.
    """
    _require(by, bureau)
    _lock(bureau)
    row = layout_of(bureau, scheme.key, key)
    _require_seen(row, seen)
    spec = spec_of(scheme)
    form, before = layouts.parsed(spec, key, body), _form(scheme, row, key)
    changed = layouts.differences(before, form)
    if not changed and layouts.body_of(before) == layouts.body_of(form):
        return row
    row = row or FormLayout(bureau=bureau, scheme_key=scheme.key, form_key=key, version=PLAN)
    row.body = json.dumps(layouts.body_of(form), ensure_ascii=False)
    row.version += 1
    tracking.save(row, by=by)
    _record("layout.change", by, bureau, scheme, key, changed)
    return row


@transaction.atomic
def reset_layout(*, by: User | None, bureau: Unit, scheme: Scheme, key: str, seen: int) -> None:
    """Print the plan's own form again. Raises NotAllowed, Outdated, NotNow when it is the plan's own already."""
    _require(by, bureau)
    _lock(bureau)
    row = layout_of(bureau, scheme.key, key)
    if row is None:
        raise NotNow("这张表用的就是方案的版式。")
    _require_seen(row, seen)
    changed = layouts.differences(_form(scheme, row, key), spec_of(scheme).form(key))
    row._history_user = by
    row._change_reason = "恢复方案的版式"
    row.delete()
    _record("layout.reset", by, bureau, scheme, key, changed)


def _require(by: User | None, bureau: Unit) -> None:
    if by is not None:
        require(by, Permission.RUN_CYCLE, bureau)


def _lock(bureau: Unit) -> None:
    """One change of a bureau's layouts after the other, the first one of a form too."""
    list(Unit.objects.select_for_update(of=("self",)).filter(pk=bureau.pk))


def _require_seen(row: FormLayout | None, seen: int) -> None:
    if (row.version if row else PLAN) != seen:
        raise Outdated("这张表的版式已由别人改动，您的改动没有保存。请核对后再提交。")


def _form(scheme: Scheme, row: FormLayout | None, key: str) -> Form:
    spec = spec_of(scheme)
    try:
        return layouts.parsed(spec, key, json.loads(row.body)) if row else spec.form(key)
    except SchemeError:
        return spec.form(key)


def _record(verb: str, by: User | None, bureau: Unit, scheme: Scheme, key: str, changed: list[dict]) -> None:
    label = spec_of(scheme).form(key).title.replace("{bureau}", bureau.name)
    audit.record(
        verb=verb, by=by, bureau=bureau.pk, target=bureau, label=label, scheme=scheme.key, form=key, changed=changed
    )
