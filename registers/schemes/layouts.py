"""Papers as a bureau prints them: the scheme's forms, or what the bureau has made of them (`FormLayout`).

    layouts.spec_for(register.scheme, register.bureau_id)      the scheme with the bureau's own forms in it
    layouts.forms_of(register), layouts.form_of(register, key) its papers

Everything that prints, exports or names a paper asks here. A bureau may change titles, columns, head fields, opinion
cells and the lines below; what a paper is made of stays the plan's. A layout that a newer edition of the scheme no
longer bears (a step or column is gone) is left aside: the plan's own form is printed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from registers.models import FormLayout, Register, Scheme
from registers.schemes import checks_paper
from registers.schemes.columns import CATALOGUES, HEAD_CATALOGUES
from registers.schemes.faults import Faults, SchemeError
from registers.schemes.model import Column, Form, OpinionCell, SchemeSpec
from registers.schemes.reader import read_form
from registers.schemes.store import spec_of

EDITABLE = ("number", "title", "head", "head_titles", "columns", "opinions", "feet")

BUREAU, SHOWN_BUREAU = "{bureau}", "{单位}"  # the bureau's name in a title: in a scheme file, and on the editing page


def spec_for(scheme: Scheme, bureau: int) -> SchemeSpec:
    """The scheme with the forms that the bureau has changed: one query."""
    spec = spec_of(scheme)
    rows = FormLayout.objects.filter(bureau=bureau, scheme_key=scheme.key).values_list("form_key", "body")
    own = {key: effective(spec, key, body) for key, body in rows}
    return replace(spec, forms=tuple(own.get(form.key) or form for form in spec.forms)) if own else spec


def forms_of(register: Register) -> tuple[Form, ...]:
    """The papers of a register as its bureau prints them."""
    return spec_for(register.scheme, register.bureau_id).forms_of(register.scope)


def form_of(register: Register, key: str) -> Form | None:
    """One of them; None where the register has no such paper."""
    return next((form for form in forms_of(register) if form.key == key), None)


def body_of(form: Form) -> dict[str, Any]:
    """What a bureau may change of a form, as plain values."""
    return {name: value for name, value in asdict(form).items() if name in EDITABLE}


def parsed(spec: SchemeSpec, key: str, body: Mapping[str, Any]) -> Form:
    """The scheme's form with these values in place of its own. Raises SchemeError, with places from the form on."""
    plan = spec.form(key)
    faults = Faults("")
    form = read_form({**asdict(plan), **{name: body[name] for name in EDITABLE if name in body}}, faults)
    faults.raise_if_any()
    checks_paper.check_form(spec, form, "", faults)
    faults.raise_if_any()
    return form


def unchecked(plan: Form, body: Mapping[str, Any]) -> Form:
    """The same without the checks: to show again what somebody typed, or what was printed once."""
    columns = tuple(Column(**one) for one in body["columns"])
    boxes = tuple(OpinionCell(one["label"], tuple(one["steps"]), one["seal"]) for one in body["opinions"])
    return replace(
        plan,
        number=body["number"],
        title=body["title"],
        head=tuple(body["head"]),
        head_titles=dict(body["head_titles"]),
        columns=columns,
        opinions=boxes,
        feet=tuple(body["feet"]),
    )


def effective(spec: SchemeSpec, key: str, text: str) -> Form | None:
    """The bureau's form of a stored text; None where this edition of the scheme does not bear it."""
    try:
        return parsed(spec, key, json.loads(text))
    except (SchemeError, KeyError, ValueError):
        return None


def told(form: Form) -> dict[str, str]:
    """A form in words, part by part, so that two can be compared by a reader."""
    columns, heads = CATALOGUES[form.over], HEAD_CATALOGUES[form.over]
    return {
        "附件号": form.number,
        "表名": form.title.replace(BUREAU, SHOWN_BUREAU),
        "表头栏目": "、".join(form.head_titles.get(key) or heads[key].title for key in form.head if key in heads),
        "列": "\n".join(
            f"{n}. {one.title}（{columns[one.key].title}，宽 {one.width}{f'，归“{one.group}”' if one.group else ''}）"
            for n, one in enumerate(form.columns, 1)
            if one.key in columns
        ),
        "意见栏": "\n".join(f"{cell.label}{'（盖章）' if cell.seal else ''}" for cell in form.opinions),
        "表下说明": "\n".join(form.feet),
    }


def differences(old: Form, new: Form) -> list[dict[str, str]]:
    """What differs, as `{% diff %}` takes it: {field, old, new}."""
    was, now = told(old), told(new)
    return [{"field": name, "old": was[name], "new": now[name]} for name in was if was[name] != now[name]]
