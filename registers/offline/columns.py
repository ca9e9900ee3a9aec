"""The columns of the sheet to fill, for one register at its step: what the row editor has, in the paper's order."""

from dataclasses import asdict, dataclass
from typing import Any

from registers.enums import Height
from registers.forms.offers import Offers
from registers.forms.rows import LIMITS
from registers.models import Register
from registers.offline.shape import FACTOR, RESPONSIBLE
from registers.parts import CONTROLS, LEVELS, POINTS
from registers.schemes import layouts

ROW, POINT, CONTROL = "row", "point", "control"
IDENTITY, NUMBER, OWN = "id", "no", "for"
OF_POINT, OF_ROW = "上面的风险点", "整行"


@dataclass(frozen=True)
class Column:
    """``item`` is what a cell belongs to, ``cell`` its name in `shape`; ``choices`` names a list, "" = free text.

    A ``loose`` list may be left for other words. A column that is not ``open`` is for reading only.
    """

    key: str
    title: str
    item: str
    width: int
    open: bool = True
    choices: str = ""
    loose: bool = False
    limit: int = 0
    hint: str = ""


def columns_of(register: Register, offers: Offers) -> list[Column]:
    """All columns, the hidden one with the identities first."""
    titles = _titles(offers)
    found = [Column(IDENTITY, "编号", "", 4, open=False), Column(NUMBER, "序号", "", 6, open=False)]
    found += _row(register, offers, titles) + _point(offers, titles) + _control(offers, titles)
    return found + _responsible(offers)


def _titles(offers: Offers) -> dict[str, str]:
    """The headings of the bureau's own paper for this scope, by the key of the column."""
    forms = layouts.forms_of(offers.register)
    return {column.key: column.title for column in forms[0].columns} if forms else {}


def _row(register: Register, offers: Offers, titles) -> list[Column]:
    free = POINTS in offers.parts
    found = [
        Column(
            "power",
            titles.get("power", "职权"),
            ROW,
            20,
            free,
            "power",
            hint="从列表中选；没有对应职权的写在“事项”里。",
        ),
        Column("matter", "事项", ROW, 16, free, limit=LIMITS["matter"], hint="没有对应职权时写明事项。"),
        Column("step", titles.get("step", "环节"), ROW, 14, free, "step", True, LIMITS["step_text"]),
    ]
    if not register.post_id:
        found.append(Column("post", titles.get("post", "涉及岗位"), ROW, 14, free, "post"))
    return found


def _point(offers: Offers, titles) -> list[Column]:
    free, rated = POINTS in offers.parts, LEVELS in offers.parts
    found = [Column("p-kind", titles.get("kind", "风险类别"), POINT, 12, free, "kind")]
    if offers.classes.all:
        found.append(Column("p-klass", titles.get("class") or offers.spec.classes_name, POINT, 12, free, "klass"))
    found += [
        Column("p-name", titles.get("point", "风险点"), POINT, 26, free, limit=LIMITS["name"]),
        Column(
            "p-manifestation", titles.get("manifestation", "表现形式"), POINT, 34, free, limit=LIMITS["manifestation"]
        ),
    ]
    if offers.channels.all:
        found.append(Column("p-channel", titles.get("channel", "查找途径"), POINT, 12, free, "channel"))
    for factor, _choices in offers.factors:
        key = f"{FACTOR}{factor.key}"
        found.append(Column(f"p-{key}", factor.name, POINT, 11, rated, key, hint=factor.question))
    if not offers.rates_subject:
        hint = "不选的，按评级因素的建议填。" if offers.factors else ""
        found.append(Column("p-declared_rank", "自评等级", POINT, 13, rated, "level", hint=hint))
    return found


def _control(offers: Offers, titles) -> list[Column]:
    free = CONTROLS in offers.parts
    found = [
        Column(f"c-{OWN}", "措施针对", CONTROL, 13, free, OWN, hint=f"不选的，针对{OF_POINT}。"),
        Column("c-text", titles.get("controls", "防控措施"), CONTROL, 34, free, limit=LIMITS["text"]),
    ]
    if offers.control_kinds.all:
        found.append(Column("c-kind", titles.get("control_kind", "措施类型"), CONTROL, 12, free, "control_kind"))
    found += [
        Column("c-owner_id", titles.get("control_owner", "责任岗位"), CONTROL, 14, free, "post"),
        Column("c-regulation_id", titles.get("regulation", "依据制度"), CONTROL, 18, free, "regulation"),
        Column(
            "c-due_on", titles.get("due", "完成期限"), CONTROL, 12, free, hint="写日期，如 2012-03-01；空着是长期。"
        ),
    ]
    return found


def _responsible(offers: Offers) -> list[Column]:
    free = CONTROLS in offers.parts
    limit = LIMITS["responsible"]
    return [
        Column(f"{RESPONSIBLE}{height.value}", height.label, ROW, 13, free, "post", True, limit) for height in Height
    ]


def head_columns(register: Register, offers: Offers) -> list[Column]:
    """The answers about the subject as a whole, each a line of its own sheet; none where there is nothing to answer."""
    found = []
    if LEVELS in offers.parts and offers.rates_subject:
        for factor, _choices in offers.subject_factors:
            key = f"{FACTOR}{factor.key}"
            found.append(Column(key, factor.name, "head", 40, choices=f"head-{key}", hint=factor.question))
        found.append(Column("declared_rank", f"{register.subject_name}的自评等级", "head", 40, choices="level"))
    if POINTS in offers.parts and not offers.spec.scope(register.scope).compiles:
        hint = "逐项查找之后确实没有风险点的，写明理由；交回后还要在网上签署。有风险点的不写。"
        limit = LIMITS["reason"]
        found.append(Column("zero_reason", "没有风险点的理由", "head", 40, limit=limit, hint=hint))
    return found


def columns_json(columns: list[Column]) -> list[dict[str, Any]]:
    """As they are kept with the issued form."""
    return [asdict(column) for column in columns]


def columns_from(data: list[dict[str, Any]]) -> list[Column]:
    """The columns that were issued."""
    return [Column(**column) for column in data]
