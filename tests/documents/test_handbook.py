"""Handbooks: all that is in force and may be read, right page numbers, nothing printed twice, the same bytes."""

import datetime
import io
from functools import lru_cache
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from documents.handbook import asking, cache, making, pieces, volumes
from documents.handbook.asking import LEADER, UNIT
from documents.handbook.volumes import LEADERS
from paper import MissingGlyph
from registers.ledger import Chosen, ledger_of
from registers.models import Post, Power
from tests.documents.handbooks import all_text, enforce, file_of, make_ground, pdf_of
from tests.factories import appoint, grant, make_bureau, make_post, make_register, make_row
from tests.plumbing.pdf import said_on

pytestmark = pytest.mark.django_db
LAID_OUT = lru_cache(maxsize=None)(pieces._printed)  # most tests print the same pieces


@pytest.fixture(autouse=True)
def _laid_out_once(monkeypatch):
    monkeypatch.setattr(pieces, "_printed", LAID_OUT)


@pytest.fixture
def ground(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_ground()


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """The pieces that were really laid out."""
    found: list[str] = []
    real = pieces._printed

    def counting(html, rule):
        found.append(html)
        return real(html, rule)

    monkeypatch.setattr(pieces, "_printed", counting)
    return found


def test_everything_of_a_post_stands_in_the_handbook_of_its_unit(ground):
    book, made = pdf_of(UNIT, ground.planning.pk, ground.office)
    said = all_text(book)
    for words in (
        "县建设局",
        "规划股",
        "廉政风险防控工作手册",
        "城乡规划的编制和管理。",
        "规划许可岗的职责。",
        "《城乡规划法》第四十条",
        "流程图：规划许可岗审批流程",
        "规划许可岗风险1",
        "双人办理,结果公开",
        "规划许可管理制度",
        "东建廉〔2012〕5号",
        "一级",
    ):
        assert "".join(words.split()) in said, words
    assert "施工许可岗" not in said
    assert made.points == 6


def test_the_points_are_those_of_the_ledger_each_once(ground):
    for unit in (ground.bureau, ground.planning, ground.building):
        _, made = pdf_of(UNIT, unit.pk, ground.office)
        assert made.points == len(ledger_of(ground.office, Chosen(unit=unit)))


def test_a_row_of_a_whole_unit_stands_with_the_post_that_it_names(ground):
    section = make_register(ground.planning, cycle=ground.registers["选址岗"].cycle)
    block = make_row(section, name="科室共同的风险")
    block.post = ground.posts["选址岗"]
    block.save()
    make_row(section, name="没有岗位的风险")
    enforce(section)
    book, made = pdf_of(UNIT, ground.planning.pk, ground.office)
    assert made.points == 8 == len(ledger_of(ground.office, Chosen(unit=ground.planning)))
    said = all_text(book)
    assert said.index("没有岗位的风险") < said.index("规划许可岗的职责") < said.index("科室共同的风险")


def test_contents_links_outline_and_printed_numbers_lead_to_the_same_page(ground):
    book, _ = pdf_of(UNIT, ground.bureau.pk, ground.office)
    numbered = {page.indirect_reference: number for number, page in enumerate(book.pages)}
    front = next(
        number for number, page in enumerate(book.pages) if "总体情况" in said_on(page) and "合计" in said_on(page)
    )
    titles = {item.title: book.get_destination_page_number(item) for item in flat(book.outline)}
    for name in (*ground.posts, "规划股", "附录　制度汇总", "索引"):
        page = book.pages[titles[name]]
        shown = "".join(name.split()).removeprefix("附录")
        assert shown in said_on(page), name
        assert said_on(page).endswith(f"—{titles[name] - front + 1}—"), name
    for page in book.pages[1:front]:
        said = page.extract_text()
        for note in page["/Annots"]:
            target = numbered[note.get_object()["/Dest"][0].indirect_reference]
            assert str(target - front + 1) in said


def flat(items) -> list:
    return [one for item in items for one in (flat(item) if isinstance(item, list) else [item])]


def test_no_head_stands_alone_at_the_end_of_a_page_and_tables_repeat_theirs(ground):
    register = ground.registers["规划许可岗"]
    for number in range(60):
        make_row(register, name=f"很多风险{number}", manifestation="不按规定的条件和程序办理。" * 4)
    enforce(register)
    book, _ = pdf_of(UNIT, ground.planning.pk, ground.office)
    long = [said_on(page) for page in book.pages if said_on(page).count("很多风险") > 3 and "索引" not in said_on(page)]
    assert len(long) > 3
    assert all("风险点及表现形式" in said for said in long)
    for page in book.pages:
        said = said_on(page).rpartition("—")[0].rpartition("—")[0]
        assert not said.endswith(("岗位职责", "岗位职权", "风险点与防控措施", "等级防控措施"))


def test_only_what_the_reader_may_read_is_in_it_and_the_rest_is_said(ground):
    holder = appoint(ground.posts["规划许可岗"])
    book, made = pdf_of(UNIT, ground.bureau.pk, holder)
    said = all_text(book)
    assert "施工许可岗风险1" not in said
    assert "规划许可岗风险1" in said
    assert "不在制册人可以查看的范围内" in said
    assert "本册只载制册人可以查看的内容" in said
    assert made.points == len(ledger_of(holder, Chosen(unit=ground.bureau))) == 6
    whole, _ = pdf_of(UNIT, ground.planning.pk, holder)
    assert "本册只载" not in all_text(whole)


def test_administrators_and_strangers_get_none(ground):
    with pytest.raises(NotAllowed):
        volumes.order_of(
            UNIT, ground.bureau.pk, day=timezone.localdate(), format="pdf", by=grant(Role.SYSTEM_ADMIN, ground.bureau)
        )
    stranger = grant(Role.OFFICE, make_bureau("别的局"))
    for kind, pk in ((UNIT, ground.planning.pk), (LEADER, ground.deputy.pk), (LEADERS, ground.bureau.pk)):
        with pytest.raises(Http404):
            volumes.order_of(kind, pk, day=timezone.localdate(), format="pdf", by=stranger)


def test_as_of_a_day_gone_by_it_tells_what_was_in_force_then_in_the_words_of_then(ground):
    old = ground.registers["规划许可岗"]
    new = make_register(old.post, cycle=old.cycle, version=2)
    make_row(new, name="新版风险")
    enforce(old, until=datetime.date(2013, 1, 1))
    enforce(new, datetime.date(2013, 1, 1))
    past, _ = pdf_of(UNIT, ground.planning.pk, ground.office, day=datetime.date(2012, 6, 1))
    now, _ = pdf_of(UNIT, ground.planning.pk, ground.office)
    assert "规划许可岗风险1" in all_text(past)
    assert "新版风险" not in all_text(past)
    assert "新版风险" in all_text(now)
    assert "规划许可岗风险1" not in all_text(now)
    assert "2012年6月1日有效" in all_text(past)


def test_a_power_is_told_in_the_words_that_it_had_on_the_day(ground):
    power = Power.objects.get(post=ground.posts["选址岗"])
    power.history.update(history_date=datetime.datetime(2012, 1, 1, tzinfo=datetime.UTC))
    power.content = "新写的内容"
    power.save()
    late = Power.objects.create(
        unit=ground.planning, bureau=ground.bureau, section=ground.planning, name="后来设的职权", content="以后的事"
    )
    assert late.history.exists()
    said = all_text(pdf_of(UNIT, ground.planning.pk, ground.office, day=datetime.date(2012, 6, 1))[0])
    assert "选址岗审批" in said
    assert "新写的内容" not in said
    assert "后来设的职权" not in said
    assert "新写的内容" in all_text(pdf_of(UNIT, ground.planning.pk, ground.office)[0])


def test_a_leaders_volume_holds_what_he_is_in_charge_of(ground):
    book, made = pdf_of(LEADER, ground.deputy.pk, ground.office)
    said = all_text(book)
    assert "合订本" in said
    assert "分管：规划股" in said
    assert "建筑管理股" not in said
    assert made.points == 6
    with pytest.raises(NotNow):
        pdf_of(LEADER, ground.posts["选址岗"].pk, ground.office)


def test_a_volume_for_each_leader_comes_in_one_zip(ground):
    second = make_post(ground.deputy.unit, "副局长乙")
    ground.building.charges.create(post=second, starts_on=datetime.date(2012, 1, 1))
    with ZipFile(io.BytesIO(file_of(LEADERS, ground.bureau.pk, "pdf", ground.office))) as archive:
        assert [name[:2] for name in archive.namelist()] == ["01", "02"]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


def test_no_name_of_a_post_leads_out_of_the_folder_that_the_zip_is_unpacked_to(ground):
    Post.objects.filter(pk=ground.deputy.pk).update(name="副/../../局长\n乙")
    with ZipFile(io.BytesIO(file_of(LEADERS, ground.bureau.pk, "xlsx", ground.office))) as archive:
        (name,) = archive.namelist()
    assert not set("/\\\n") & set(name)
    assert name.endswith(".xlsx")


def test_the_second_handbook_prints_only_what_changed(ground, printed):
    pdf_of(UNIT, ground.bureau.pk, ground.office, keep=True)
    first = len(printed)
    printed.clear()
    before, _ = pdf_of(UNIT, ground.bureau.pk, ground.office, keep=True)
    assert printed == []
    assert first > 5
    post = ground.posts["施工许可岗"]
    post.duties = "新的职责。"
    post.save()
    book, _ = pdf_of(UNIT, ground.bureau.pk, ground.office, keep=True)
    assert "新的职责。" in all_text(book)
    assert sum("新的职责" in html for html in printed) == 1
    assert not any("规划许可岗的职责" in html for html in printed)
    assert len(printed) == 2, "the unit's piece, and the cover with its digest"
    printed.clear()
    pdf_of(LEADER, ground.deputy.pk, ground.office, keep=True)
    assert not any("规划许可岗的职责" in html for html in printed), "a volume takes the pieces of the bureau's handbook"


@pytest.mark.parametrize("format", ["pdf", "xlsx"])
def test_the_same_data_give_the_same_bytes(ground, format, monkeypatch, tmp_path, settings):
    first = file_of(UNIT, ground.bureau.pk, format, ground.office)
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    LAID_OUT.cache_clear()
    assert file_of(UNIT, ground.bureau.pk, format, ground.office) == first


def test_a_piece_that_was_cut_short_is_printed_anew_and_the_folder_stays_within_its_bounds(ground, printed, settings):
    pdf_of(UNIT, ground.building.pk, ground.office, keep=True)
    whole = len(printed)
    held = sorted(settings.MEDIA_ROOT.glob("handbook/*/*"))
    held[0].write_bytes(held[0].read_bytes()[:200])
    printed.clear()
    pdf_of(UNIT, ground.building.pk, ground.office, keep=True)
    assert len(held) == whole
    assert len(printed) == 1
    assert cache.prune(most=0) == whole
    assert not list(settings.MEDIA_ROOT.glob("handbook/*/*"))


def test_what_cannot_be_printed_is_named_with_its_place(ground):
    post = ground.posts["施工许可岗"]
    post.duties = "缺字\U0001f9a9"
    post.save()
    with pytest.raises(MissingGlyph, match="建筑管理股"):
        pdf_of(UNIT, ground.bureau.pk, ground.office)


def test_cancelling_ends_it_at_the_next_piece(ground):
    class Enough(Exception):
        pass

    def stop(done, total, said):
        if done:
            raise Enough

    scope = asking.scope_of(asking.Asked(UNIT, ground.bureau.pk, timezone.localdate()), by=ground.office)
    with pytest.raises(Enough):
        making.write_pdf(making.content_of(scope, by=ground.office), io.BytesIO(), progress=stop, keep=False)


def test_the_number_of_queries_does_not_grow_with_the_posts(ground):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            scope = asking.scope_of(asking.Asked(UNIT, ground.planning.pk, timezone.localdate()), by=None)
            list(making.content_of(scope, by=None).parts)
        return len(found)

    few = queries()
    for number in range(20):
        post = make_post(ground.planning, f"新岗{number}")
        register = make_register(post, cycle=ground.registers["选址岗"].cycle)
        make_row(register)
        enforce(register)
    assert queries() <= few + 1
    assert few < 30


# -- the workbook ------------------------------------------------------------------------------------------------------


def test_the_workbook_holds_the_same_and_its_links_lead_there(ground):
    book = load_workbook(io.BytesIO(file_of(UNIT, ground.bureau.pk, "xlsx", ground.office)))
    assert book.sheetnames == ["目录", "总体情况", "规划股", "建筑管理股", "局领导", "制度汇总", "索引"]
    points = [
        cell.value
        for sheet in book.worksheets[2:5]
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and "风险" in cell.value and "（" in cell.value and "\n" in cell.value
    ]
    assert len([said for said in points if said.split("（")[0].endswith(("风险1", "风险2"))]) == 8
    led = 0
    for row in book["目录"].iter_rows():
        if link := row[0].hyperlink:
            name, _, cell = link.location.rpartition("!")
            assert row[0].value.strip("　") in str(book[name.strip("'")][cell].value).replace("　", "")
            led += 1
    assert led >= 9
    totals = [cell.value for cell in list(book["总体情况"].iter_rows())[-1]]
    assert totals[:7] == ["合计", 5, 4, 8, 4, 4, 0]


def test_no_text_becomes_a_formula(ground):
    post = ground.posts["施工许可岗"]
    post.duties = '=HYPERLINK("http://x","y")'
    post.save()
    book = load_workbook(io.BytesIO(file_of(UNIT, ground.building.pk, "xlsx", ground.office)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == post.duties and cell.data_type == "s" for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_workbook_and_pdf_carry_the_same_digest(ground):
    _, made = pdf_of(UNIT, ground.planning.pk, ground.office)
    book = load_workbook(io.BytesIO(file_of(UNIT, ground.planning.pk, "xlsx", ground.office)))
    said = [row[0].value for row in book["目录"].iter_rows(max_row=6)]
    assert any(made.digest[:8] in str(words).replace(" ", "") for words in said)


# -- how it is asked for -----------------------------------------------------------------------------------------------


def test_the_command_writes_the_file_and_its_exit_code_means_something(ground, tmp_path, capsys):
    out = tmp_path / "手册.pdf"
    call_command("handbook", "--unit", "规划股", "--out", str(out))
    assert out.read_bytes().startswith(b"%PDF")
    assert "风险点 6 个" in capsys.readouterr().out
    for arguments, code in (
        (("--unit", "没有的股"), 2),
        (("--leader", "选址岗"), 2),
        (("--bureau", "县建设局", "--day", "2999-01-01"), 2),
        (("--bureau", "县建设局", "--by", grant(Role.AUDIT_ADMIN, ground.bureau).username), 1),
    ):
        with pytest.raises(CommandError) as told:
            call_command("handbook", *arguments, "--out", str(out))
        assert told.value.returncode == code
    assert out.read_bytes().startswith(b"%PDF"), "a refusal leaves what was there"
