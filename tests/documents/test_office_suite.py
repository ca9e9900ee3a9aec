"""Every sort of workbook that goes out, opened in LibreOffice and written again: nothing lost, everything readable.

LibreOffice is started once for all files of a kind. For the full bin/test; skipped loudly without LibreOffice.
"""

import io
import itertools
import re
from dataclasses import dataclass, field
from itertools import islice

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment

from documents.catalogue import write as write_template
from documents.handbook import asking, making
from documents.handbook.workbook import write_xlsx
from documents.ledger import COLUMNS
from documents.lists.asked import Asked
from documents.lists.papers import compose
from documents.papers import paper_of
from documents.rendering import xlsx
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.kinds import CATALOGUES
from registers.importing.marking import mark
from registers.models import Control, Register, Responsibility
from registers.schemes.store import spec_of
from registers.services import offline
from tests import factories as make
from tests.documents.handbooks import make_ground as handbook_ground
from tests.offline.sheets import workbook_of
from tests.plumbing.database import WHOLE, on_postgresql
from tests.plumbing.office_suite import PDF, XLSX, converted, needed, soffice, texts_of, widths
from tests.plumbing.pdf import text_of
from workflow import seals
from workflow.models import Decision

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(soffice() is None, reason="NO LIBREOFFICE: install libreoffice-calc-nogui"),
    pytest.mark.skipif(on_postgresql(), reason="a workbook is the same on every database; asked once, on SQLite"),
]
SCHEMES = ("s000", "s001", "s002", "s003", "s004") if WHOLE else ("s000",)
LONG = "在受理申请时不一次性告知，故意设置障碍，以获取不正当利益；"
ODD = "=1+1 @甲 +乙 -丙 㛃䶮𬱖〇①Ⅲ〔〕<b>&amp;  两个空格"
TALLEST = 400.0  # points: a single row cannot be much higher in any program
ROOM = 1.0  # points that a row may be lower than LibreOffice wants: the padding of a cell is more


@dataclass
class Suite:
    """What goes out, and what LibreOffice made of it."""

    sent: dict[str, bytes] = field(default_factory=dict)
    sheets: list[tuple] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list] = field(default_factory=dict)
    heights: dict[str, list[float]] = field(default_factory=dict)


_clauses = itertools.count(1000)


def long(clauses: int) -> str:
    """A long text in which every clause can be told from all others."""
    return "".join(f"{next(_clauses)}{LONG}" for _ in range(clauses))


# What goes out ------------------------------------------------------------------------------------------------------


def filled(register: Register, power) -> None:
    """Rows with long and with odd texts, several controls, and an opinion of each step."""
    for number, text in enumerate((long(6), ODD, "不一次性告知"), 1):
        name = f"第{number}个风险点：{text[:200]}"
        row = make.make_row(register, power, name=name, manifestation=long(11) if number == 1 else ODD)
        for order, words in enumerate((long(3), "公开公示", ODD), 1):
            Control.objects.create(block=row, text=words, order=order)
        Responsibility.objects.create(block=row, height="direct", text="规划管理岗")
    route = spec_of(register.scheme).route(register.scope)
    seals.seal(register=register, by=None)
    for step in route.steps:
        Decision.objects.create(
            register=register,
            step=step.key,
            action="agree",
            key=f"{register.pk}.{step.key}",
            opinion=long(4),
            by_name="甲",
            by_title="规划股股长",
            round=1,
            step_name=step.name,
        )


def forms(key: str) -> dict[str, bytes]:
    """All forms of a plan: those of registers and the lists of a bureau."""
    scheme = make.make_scheme(key)
    bureau = make.make_bureau(f"{key}局", contact="监督电话：12388")
    section = make.make_section(bureau, duties=long(4))
    post = make.make_post(section, duties=long(8), head=True, tier="middle")
    cycle, power = (
        make.make_cycle(bureau, scheme),
        make.make_power(post, "用地规划许可", ("受理", "审查"), content=LONG),
    )
    make.make_power(section, ODD, content=long(10), legal_basis=long(3), published=True, major=True)
    subjects, found, spec = {"post": post, "section": section}, {}, spec_of(scheme)
    registers = {}
    for scope in spec.scopes:
        registers[scope.key] = make.make_register(subjects.get(scope.subject, bureau), scope.key, cycle)
        filled(registers[scope.key], power)
    for form in spec.forms:
        if form.over == "register":
            document = paper_of(registers[form.scope], form)[0]
        else:
            document = compose(Asked(form, spec, bureau, cycle=cycle if form.over == "bureau" else None)).document
        stream = io.BytesIO()
        xlsx.write(document, stream)
        found[f"{key}_{form.key}"] = stream.getvalue()
    return found


def ledger() -> bytes:
    stream = io.BytesIO()
    rows = [[f"{column.heading}{n}" for column in COLUMNS[:5]] + [long(n), "一级", f"1. {LONG}\n2. {ODD}", ODD, "", ""]
            for n in range(1, 12)]  # fmt: skip
    xlsx.write_table(COLUMNS, rows, stream, title="廉政风险点台账", issuer="县建设局")
    return stream.getvalue()


def offline_form() -> bytes:
    section = make.make_section(make.make_bureau("离线局"))
    post = make.make_post(section, "规划管理岗")
    clerk = make.appoint(post)
    register = make.make_register(post, cycle=make.make_cycle(post.bureau, make.make_scheme("s002")), filler=clerk)
    row = make.make_row(register, make.make_power(post, steps=("受理", "审查")), name=ODD)
    Control.objects.create(block=row, text=long(5), order=2)
    return workbook_of(offline.issue(register=register, by=clerk))


def templates() -> dict[str, bytes]:
    bureau = make.make_bureau("模板局")
    section = make.make_section(bureau, duties=LONG)
    make.appoint(make.make_post(section, duties=LONG))
    make.make_power(section, ODD, content=long(5))
    make.make_regulation(bureau)
    found = {}
    for key, catalogue in CATALOGUES.items():
        for filled_in in (False, True):
            stream = io.BytesIO()
            write_template(catalogue, Ground(bureau), stream, filled=filled_in)
            found[f"template_{key}_{'filled' if filled_in else 'empty'}"] = stream.getvalue()
    return found


def with_remarks() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["序号", "岗位", "职权", "风险点"])
    book.active.append([1, "规划管理岗", "规划许可", LONG])
    book.active.merge_cells("B2:B3")
    book.save(stream)
    said = {"sheet": book.active.title, "row": 2, "column": 4, "error": True, "text": f"等级没有写。{ODD}"}
    return mark(stream.getvalue(), [said, said | {"row": 3, "column": None, "text": LONG}])


def handbook() -> bytes:
    ground = handbook_ground()
    stream = io.BytesIO()
    scope = asking.scope_of(
        asking.Asked(asking.UNIT, ground.planning.pk, asking.timezone.localdate()), by=ground.office
    )
    write_xlsx(making.content_of(scope, by=ground.office), stream)
    return stream.getvalue()


def all_workbooks() -> dict[str, bytes]:
    found = {}
    for key in SCHEMES:
        found |= forms(key)
    found |= templates()
    return found | {"ledger": ledger(), "offline": offline_form(), "remarks": with_remarks(), "handbook": handbook()}


def opened() -> Suite:
    """Everything made, and opened by LibreOffice: three starts."""
    made = Suite(all_workbooks())
    made.sheets = list(pairs(made.sent, converted(made.sent, XLSX)))
    made.texts = {name: texts_of(data) for name, data in made.sent.items()}
    made.heights = needed(made.texts)
    made.printed = {name: text_of(data) for name, data in converted(made.sent, PDF).items()}
    return made


def without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pairs(sent: dict[str, bytes], saved: dict[str, bytes]):
    """(place, sheet as sent, the same sheet as LibreOffice wrote it)."""
    for name, data in sent.items():
        before, after = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(saved[name]))
        for sheet in before.worksheets:
            yield f"{name}!{sheet.title}", sheet, after[sheet.title]


# What LibreOffice makes of it: each check tells what is wrong ---------------------------------------------------------


def changed_texts(suite: Suite):
    for place, before, after in suite.sheets:
        for cell in (cell for row in before.iter_rows() for cell in row):
            then, now = cell.value or None, after[cell.coordinate].value or None
            if then != now:
                yield f"{place}!{cell.coordinate}: {then!r} became {now!r}"


def changed_merges(suite: Suite):
    for place, before, after in suite.sheets:
        if wrong := {str(a) for a in before.merged_cells.ranges} ^ {str(a) for a in after.merged_cells.ranges}:
            yield f"{place}: merged differently {sorted(wrong)[:5]}"


def rules(sheet) -> dict[str, tuple[str, int]]:
    """The drop-down lists: where each begins, what it offers, and down to which row.

    LibreOffice writes a list no further than a thousand rows below what is filled; in the file as sent it goes on.
    """
    found = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            for area in rule.sqref.ranges:
                last = min(area.max_row, sheet.max_row + 500)
                found[area.coord.split(":")[0]] = re.sub(r"['$]", "", rule.formula1), last
    return found


def changed_lists(suite: Suite):
    listed = 0
    for place, before, after in suite.sheets:
        listed += len(rules(before))
        if rules(after) != rules(before):
            yield f"{place}: lists {rules(before)} became {rules(after)}"
    if listed < 10:
        yield "hardly any drop-down list was looked at"


def changed_widths(suite: Suite):
    for place, before, after in suite.sheets:
        then, now = widths(before), widths(after)
        for column, width in then.items():
            if abs(width - now[column]) > 1:
                yield f"{place}: column {column} was {width} wide and is {now[column]}"


def changed_pages(suite: Suite):
    """Without a window LibreOffice keeps no view, so what is frozen is not asked."""
    for place, before, after in suite.sheets:
        for name in ("orientation", "paperSize", "fitToWidth", "fitToHeight"):
            then, now = getattr(before.page_setup, name), getattr(after.page_setup, name)
            if then not in (now, None):
                yield f"{place}: {name} was {then} and is {now}"
        if after.print_title_rows != before.print_title_rows:
            yield f"{place}: heads {before.print_title_rows} became {after.print_title_rows}"


def opened_up(suite: Suite):
    """What was hidden or locked and is not any more."""
    for place, before, after in suite.sheets:
        if after.sheet_state != before.sheet_state or bool(after.protection.sheet) != bool(before.protection.sheet):
            yield f"{place}: was {before.sheet_state}, is {after.sheet_state}; or the lock is gone"
        for number, row in before.row_dimensions.items():
            if row.hidden and not after.row_dimensions[number].hidden:
                yield f"{place}: row {number} is seen"


def low_rows(suite: Suite):
    for name, texts in suite.texts.items():
        for text, need in zip(texts, suite.heights[name], strict=True):
            if need > text.height + ROOM and text.height < TALLEST:
                yield f"{name} {text.place}: {text.height} < {need} ({text.width} wide) {text.text[:30]}"


def pieces(text: str) -> list[str]:
    """What must stand together in the print of a text: a long one may go on overleaf between its clauses."""
    return [without_blanks(piece) for piece in re.split(r"(?<=；)|\n", text)]


def missing_in_print(suite: Suite):
    for name, texts in suite.texts.items():
        printed = suite.printed[name]
        for one in texts:
            for piece in pieces(one.text):
                if piece not in printed:
                    yield f"{name} {one.place}: {piece[:40]}"
        if "###" in printed:
            yield f"{name}: a number does not fit"


CHECKS = (
    changed_texts,
    changed_merges,
    changed_lists,
    changed_widths,
    changed_pages,
    opened_up,
    low_rows,
    missing_in_print,
)


def test_nothing_is_lost_when_libreoffice_opens_prints_and_saves_what_we_send():
    """One test, so that the files are made and converted once however the tests are shared out."""
    suite = opened()
    assert len(suite.sent) > (40 if WHOLE else 20)
    faults = {check.__name__: list(islice(check(suite), 30)) for check in CHECKS}
    told = [f"{name}: {fault}" for name, found in faults.items() for fault in found]
    assert not told, "\n" + "\n".join(told)


def test_a_row_that_is_too_low_is_found_out():
    book, stream = Workbook(), io.BytesIO()
    book.active["A1"] = long(5)
    book.active["A1"].alignment = Alignment(wrap_text=True)
    book.active.row_dimensions[1].height = 20
    book.save(stream)
    (text,) = texts_of(stream.getvalue())
    assert needed({"low": [text]})["low"][0] > text.height + ROOM
