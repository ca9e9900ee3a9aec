"""An offline form that LibreOffice opened and saved is still the form: content, lists, widths, locks, identity."""

import io
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from registers.importing import reading
from registers.models import Control, Responsibility, RiskPoint
from registers.offline.ground import Ground
from registers.offline.sheet import FILL, HEAD, LISTS, MARK, NOTES, mark_of
from registers.services import offline
from tests import factories as make
from tests.offline.sheets import Desk, returned, workbook_of

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]
WORDS = "1. 公开\n2. 抽查㛃𬱖①〔〕=1+1  两个空格"


def saved_by_libreoffice(data: bytes, folder) -> bytes:
    """The workbook opened and saved once by LibreOffice."""
    (folder / "in").mkdir()
    source = folder / "in" / "form.xlsx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [SOFFICE, "--headless", "--norestore", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=180)
    return (folder / "form.xlsx").read_bytes()


@pytest.fixture
def form():
    section = make.make_section(make.make_bureau())
    post = make.make_post(section, "规划管理岗")
    clerk = make.appoint(post)
    cycle = make.make_cycle(post.bureau, make.make_scheme("s002"))
    register = make.make_register(post, cycle=cycle, filler=clerk)
    rule = make.make_regulation(post.bureau)
    power = make.make_power(post, steps=("受理", "审查"))
    row = make.make_row(register, power, name="=越权", declared_rank=None)
    point = RiskPoint.objects.get(block=row)
    Control.objects.create(block=row, point=point, text=WORDS, order=1, regulation=rule, due_on="2012-03-01")
    Control.objects.create(block=row, text="+轮岗", order=2)
    Responsibility.objects.create(block=row, height="direct", post=post)
    Responsibility.objects.create(block=row, height="leader", text="分管领导")
    return offline.issue(register=register, by=clerk)


def test_nothing_is_lost_when_libreoffice_saves_a_form(form, tmp_path):
    sent = workbook_of(form)
    data = saved_by_libreoffice(sent, tmp_path)
    assert mark_of(reading.read(data)).token == form.token
    assert mark_of([], data).token == form.token  # by the document's properties alone
    found = returned(form, data)
    assert found.messages == []
    assert found.whole == Ground.of(form).whole

    before, after = load_workbook(io.BytesIO(sent)), load_workbook(io.BytesIO(data))
    assert after.sheetnames == [FILL, HEAD, NOTES, LISTS, MARK]
    assert [after[name].sheet_state for name in (LISTS, MARK)] == ["hidden", "hidden"]
    old, new = before[FILL], after[FILL]
    assert new.protection.sheet
    assert not new.protection.password
    assert new.column_dimensions["A"].hidden
    assert new.row_dimensions[4].hidden
    assert lists(new) == lists(old)
    widths = {letter: one.width for letter, one in old.column_dimensions.items() if not one.hidden}
    for letter, width in widths.items():
        assert abs(new.column_dimensions[letter].width - width) < 1.5 or letter not in new.column_dimensions, letter
    assert [cell.protection.locked for cell in new[6]] == [cell.protection.locked for cell in old[6]]


def lists(sheet) -> dict[str, str]:
    """Where a drop-down list begins, and the cells that it offers."""
    rules = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    return {str(rule.sqref).split(":")[0]: rule.formula1.replace("'", "").replace("$", "") for rule in rules}


def test_what_is_typed_in_libreoffice_arrives(form, tmp_path):
    desk = Desk(workbook_of(form))
    desk.type(1, p_name="拖延不办\n第二行", c_due_on="2013年5月1日")
    desk.type(4, c_text="新的措施")
    found = returned(form, saved_by_libreoffice(desk.saved(), tmp_path))
    assert found.messages == []
    [row] = found.whole.rows.values()
    assert row.points[0].name == "拖延不办\n第二行"
    assert row.controls[0].due_on.isoformat() == "2013-05-01"
    assert row.controls[-1].text == "新的措施"
