"""A list as a paper: what stands around its tables."""

from dataclasses import dataclass

from django.utils import timezone

from documents.lists import powers, procedures, registers
from documents.lists.asked import Asked, Body
from documents.opinions import HAND
from documents.tables import size_of
from paper import Document, Field, OpinionCell
from paper.text import chinese_date
from registers.models import Unit
from registers.schemes.columns import LIST_HEADS

BODIES = {"bureau": registers.body, "powers": powers.body, "procedures": procedures.body}
_WIDE = frozenset({"count", "contact"})
PARTIAL = "仅含您可见的部分"


@dataclass(frozen=True)
class ListPaper:
    document: Document
    rows: int  # of the whole list, whatever part of it the document shows
    hidden: int  # registers that the reader may not read


def compose(asked: Asked, rows: range | None = None) -> ListPaper:
    """The paper, or the part of it with these rows. A fixed number of queries for any size."""
    body = BODIES[asked.form.over](asked)
    return ListPaper(_document(asked, body, rows or range(body.rows)), body.rows, body.hidden)


def _document(asked: Asked, body: Body, rows: range) -> Document:
    form, bureau = asked.form, asked.unit.bureau or asked.unit
    ends = rows.stop >= body.rows
    return Document(
        title=form.title.replace("{bureau}", bureau.name),
        number=form.number,
        subtitle=_subtitle(asked, body, bureau),
        issuer=bureau.name,
        head=[
            Field(
                form.head_titles.get(key) or LIST_HEADS[key].title, _head(key, asked, body, bureau), wide=key in _WIDE
            )
            for key in form.head
        ],
        head_columns=2,
        tables=body.tables(rows) or (),
        opinions=[OpinionCell(box.label, empty_hint=HAND, seal=box.seal) for box in form.opinions if ends],
        orientation="portrait" if form.over == "procedures" else "auto",  # a diagram and its table fit one page
        opinion_columns=2 if len(form.opinions) > 1 else 1,
        size=size_of(form),
        feet=_feet(bureau) if ends else (),
        footnote="\n".join([*form.feet, *body.notes]) if ends else "",
        mark=_mark(asked, body),
    )


def _subtitle(asked: Asked, body: Body, bureau: Unit) -> str:
    said = [asked.unit.name] if asked.unit.pk != bureau.pk else []
    said += [asked.cycle.name] if asked.cycle else []
    said += [PARTIAL] if body.hidden else []
    return f"（{'　'.join(said)}）" if said else ""


def _mark(asked: Asked, body: Body) -> str:
    """What the paper rests on, in the foot of every page: a list has no seal of its own."""
    on = {"bureau": "生效的登记表", "powers": "职权清单", "procedures": "业务流程"}[asked.form.over]
    said = f"依据{asked.cycle.name}已提交的登记表" if asked.cycle else f"依据{on}"
    said += f"，{chinese_date(timezone.localdate())}生成"
    return f"{said}；{PARTIAL}" if body.hidden else said


def _head(key: str, asked: Asked, body: Body, bureau: Unit) -> object:
    day = timezone.localdate()
    return {
        "bureau": bureau.name,
        "unit": asked.unit.name,
        "day": day,
        "year": str(day.year),
        "count": body.said or "0",
        "contact": bureau.contact,
    }[key]


def _feet(bureau: Unit) -> list[tuple[str, str]]:
    return [("填报单位（盖章）", bureau.name), ("主要领导（签字）", ""), ("填报人", ""), ("填报时间", "")]
