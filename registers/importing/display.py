"""The preview of an import as the page shows it: pages of rows and remarks, groups of columns, words to decide."""

import hashlib
from typing import Any

from django.http import HttpRequest

from registers.importing.mapping import MOST_GROUPS, groups_of_sheets
from registers.importing.planned import ImportPlan, PlannedRow, Question
from registers.importing.vocabulary import NAMES
from registers.paging import page_of
from registers.schemes.model import SchemeSpec

COUNTS = (
    ("read", "表中行"),
    ("registers", "登记表"),
    ("rows", "登记行"),
    ("posts", "新设岗位"),
    ("powers", "新增职权"),
    ("points", "风险点"),
    ("controls", "防控措施"),
)
SHOWN = 50
MOST_QUESTIONS = 60


def counts_shown(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(label, counts[key]) for key, label in COUNTS]


def shown(request: HttpRequest, plan: ImportPlan, spec: SchemeSpec) -> dict[str, Any]:
    """Everything of a plan that the page shows."""
    errors, warnings, questions = plan.errors, plan.warnings, questions_shown(plan)
    rows = page_of(request, plan.rows, SHOWN, name="rows")
    groups = groups_of_sheets(plan.layouts)
    return {
        "seen": plan.digest(),
        "counts": counts_shown(plan.counts()),
        "errors": page_of(request, errors, SHOWN, name="errors"),
        "warnings": page_of(request, warnings, SHOWN, name="warnings"),
        "page_of_rows": rows,
        "rows": [_row(row, spec) for row in rows],
        "sheets": len({row.sheet for row in plan.rows}) > 1,
        "groups": groups[:MOST_GROUPS],
        "more_groups": len(groups) - MOST_GROUPS,
        "doubtful": not any(layout.known for layout in plan.layouts) or any(group.disputed for group in groups),
        "fields": NAMES,
        "questions": [(input_of(question), question) for question in questions[:MOST_QUESTIONS]],
        "more_questions": len(questions) - MOST_QUESTIONS,
        "open_questions": sum(question.needed and not question.answer for question in questions),
    }


def questions_shown(plan: ImportPlan) -> list[Question]:
    """What waits for a decision first, then what may be decided, then what has been."""
    found = [question for question in plan.questions.values() if not question.common or len(question.places) > 1]
    return sorted(found, key=lambda question: (bool(question.answer), not question.needed))


def input_of(question: Question) -> str:
    """The name of a question's input: keys hold words of the table, names of inputs must not."""
    return "w" + hashlib.blake2s(question.key.encode(), digest_size=8).hexdigest()


def _row(row: PlannedRow, spec: SchemeSpec) -> dict[str, Any]:
    levels = {level.rank: level for level in spec.levels}
    kinds = {kind.key: kind.name for kind in (*spec.kinds, *spec.classes)}
    return {
        "sheet": row.sheet,
        "number": row.number,
        "register": row.register.subject_name,
        "post": row.post,
        "power": row.power,
        "matter": row.matter,
        "points": [(p, levels.get(p.rank), kinds.get(p.kind or p.klass, "")) for p in row.points],
        "controls": [(c, None if c.point is None or len(row.points) < 2 else c.point + 1) for c in row.controls],
        "responsible": "、".join(row.responsible.values()),
    }
