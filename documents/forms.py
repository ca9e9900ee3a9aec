"""The papers of a register: the scheme's form and the sealed content make one `paper.Document`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from documents import heads, lines, opinions
from documents.columns import Origin, Sheet
from documents.tables import columns_of, points_said, size_of, totals_row
from paper import Document, Table
from registers.models import Power, Register
from registers.powers import Words
from registers.schemes.model import Form
from registers.schemes.store import spec_of
from workflow.models import Decision, FilingItem, Seal

DRAFT = "草稿，尚未提交"
_FROM_CATALOGUE = frozenset({"basis", "area"})


def build(
    form: Form,
    register: Register,
    seal: Seal | None,
    decisions: Iterable[Decision],
    *,
    content: Mapping[str, Any] | None = None,
    levels: Mapping[str, int] | None = None,
    states: Mapping[str, str] | None = None,
    filings: Sequence[FilingItem] = (),
    words: Words | None = None,
) -> Document:
    """The paper as it is printed.

    What was sealed is what is printed, with its digest; without seal ``content`` is printed and marked as a draft.
    ``levels`` are those that bodies determined (also after the seal), ``states`` what became of each row since the
    last version, ``words`` what the bureau calls kinds of powers that this scheme does not know. At most one query: for
    legal bases and areas, which are not content.
    """
    spec = spec_of(register.scheme)
    content = seal.data if seal else content
    if content is None:
        raise ValueError("a paper needs a seal or a content")
    held = {**content.get("levels", {}), **(levels or {})}
    origins = lines.origins_of(content, held)
    keys = [column.key for column in form.columns]
    sheet = Sheet(spec, register.scope, _powers(origins, keys), states or {}, words)
    subject, decisions = content["subject"], list(decisions)
    return Document(
        title=form.title.replace("{bureau}", subject["bureau"]),
        number=form.number,
        subtitle=f"（{content['register']['cycle']}　第{content['register']['version']}版）",
        issuer=subject["bureau"],
        head=heads.fields(form, heads.Facts(register, content, origins, sheet, decisions, filings)),
        tables=[_table(form, origins, sheet, content)],
        opinions=opinions.cells(form.opinions, decisions, spec.route(register.scope), spec),
        size=size_of(form),
        opinion_columns=2 if len(form.opinions) > 1 else 1,
        feet=[("填报单位（盖章）", subject["bureau"])],
        footnote="\n".join([*form.feet, *_notes(content, held, seal)]),
        digest=seal.digest if seal else "",
        mark="" if seal else DRAFT,
    )


def _powers(origins: Sequence[Origin], keys: Sequence[str]) -> dict[int, Power]:
    if not _FROM_CATALOGUE.intersection(keys):
        return {}
    named = {row["power"]["id"] for origin in origins for row in origin.rows if row["power"]}
    return Power.objects.in_bulk(named)


def _table(form: Form, origins: Sequence[Origin], sheet: Sheet, content: Mapping[str, Any]) -> Table:
    keys = [column.key for column in form.columns]
    grain = lines.grain_of(keys)
    found = lines.lines_of(origins, grain)
    said = points_said(found, sheet, keys) if grain == lines.POINT else ""
    rows = lines.table_rows(found, keys, sheet)
    return Table(columns_of(form), rows, totals=totals_row(said, len(keys)), empty_text=_nothing(content))


def _nothing(content: Mapping[str, Any]) -> str:
    reason = content.get("zero_reason", "")
    return f"经查找，没有廉政风险点。理由：{reason}" if reason else "（尚未填写）"


def _notes(content: Mapping[str, Any], held: Mapping[str, int], seal: Seal | None) -> list[str]:
    notes = []
    if content.get("zero_reason") and content["rows"]:
        notes.append(f"说明：{content['zero_reason']}")
    if seal and held != content.get("levels", {}):
        notes.append("等级栏为封存之后审定的等级；页脚的摘要是所封存填报内容的摘要。")
    return notes
