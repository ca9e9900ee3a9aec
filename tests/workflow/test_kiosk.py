"""A notice on an electronic screen (S3-26): large, whole, turning over by itself, and gone when the period is over."""

import re

import pytest
from django.urls import reverse

from tests.workflow.notice_world import at_notice, let_end, make_notice_world, make_shown_world, published, world_of
from workflow import kiosk
from workflow.models import NoticeItem
from workflow.services import notices

FIELDS = ("order", "unit", "post", "power", "kind", "point", "level", "controls", "responsible")


def row(n: int, long: int = 1) -> dict:
    return {
        "origin": "",
        "power": [{"text": f"职权{n}"}],
        "point": [{"text": f"第{n}个风险点，" * long}],
        "level": [{"text": "一级", "tone": "grave"}],
        "controls": [{"text": "双人办理，" * long}, {"text": f"第{n}条措施"}],
    }


def table(rows: list[dict], subject: str = "规划股 规划管理岗", duties: str = "") -> dict:
    titles = {"power": "职权", "point": "风险点", "level": "风险等级", "controls": "防控措施"}
    head = [{"key": "duties", "title": "岗位职责", "cell": [{"text": duties}]}] if duties else []
    columns = [{"key": key, "title": title} for key, title in titles.items()]
    return {"subject": subject, "head": head, "columns": columns, "rows": rows}


def said(sheets: list[kiosk.Sheet], kind: str = "row") -> str:
    """All text of the strips of that kind, column after column."""
    strips = [strip for sheet in sheets for strip in sheet.strips if strip.kind == kind]
    columns = range(max(len(strip.cells) for strip in strips))
    return "".join(line.text for n in columns for strip in strips for line in strip.cells[n])


def test_no_page_holds_more_than_fits_and_nothing_is_lost():
    rows = [row(n, long=1 + n % 4) for n in range(1, 60)]
    sheets = kiosk.pages([table(rows)], FIELDS)
    assert len(sheets) > 5
    assert all(sheet.used <= kiosk.LINES for sheet in sheets)
    text = said(sheets)
    for n in range(1, 60):
        assert text.count(f"第{n}个风险点，") == 1 + n % 4
        assert f"第{n}条措施" in text


def test_a_row_taller_than_the_screen_goes_on_overleaf():
    sheets = kiosk.pages([table([row(1, long=300)], duties="负责受理，" * 200)], FIELDS)
    assert len(sheets) > 3
    assert all(sheet.used <= kiosk.LINES for sheet in sheets)
    assert said(sheets).count("双人办理，") == said(sheets).count("第1个风险点，") == 300
    assert said(sheets, "fact").count("负责受理，") == 200


def test_every_page_says_whose_rows_it_shows():
    tables = [table([row(n) for n in range(12)], subject=f"岗位{letter}") for letter in "甲乙丙"]
    sheets = kiosk.pages(tables, FIELDS)
    assert all(sheet.strips[0].kind == "subject" for sheet in sheets)
    assert any("（续）" in sheet.strips[0].cells[0][0].text for sheet in sheets)
    assert all(sheet.strips[-1].kind == "row" for sheet in sheets)


def test_a_line_that_introduces_rows_stands_on_their_page():
    rows = [row(n, long=3) | {"origin": f"岗位{n // 2}"} for n in range(30)]
    sheets = kiosk.pages([table(rows, duties="负责受理")], FIELDS)
    assert all(sheet.strips[-1].kind == "row" for sheet in sheets)
    assert all(sheet.used <= kiosk.LINES for sheet in sheets)
    assert [said([sheet], "fact").count("负责受理") for sheet in sheets[:2]] == [1, 0]


def test_columns_without_anything_take_no_room():
    parts = kiosk.parts_of(("order", "unit", "point", "controls", "duties", "subject_level"))
    assert [name for name, *_ in parts] == ["facts", "point", "controls"]
    assert [name for name, *_ in kiosk.parts_of(("point", "manifestation"))] == ["point"]
    assert sum(width for *_, width, _ in kiosk.parts_of(FIELDS)) == pytest.approx(kiosk.WIDTH)


@pytest.fixture
def shown(db):
    return make_shown_world("society", "规划管理岗", "施工许可岗", "选址审批岗", rows=6)


@pytest.fixture
def world(request, db):
    return world_of(request, "society")


@pytest.fixture
def notice(shown):
    return shown[1]


def screen(client, notice, name="public_screen", **query):
    return client.get(reverse(name, args=[notice.pk]), query)


def test_the_pages_turn_over_without_script_and_begin_again(client, notice):
    seen, page = [], 1
    while page not in seen:
        seen.append(page)
        response = screen(client, notice, page=page)
        text = response.content.decode()
        assert response.status_code == 200
        assert not response.cookies
        assert "<script" not in text
        seconds, page = map(int, re.search(r'http-equiv="refresh" content="(\d+);url=\?page=(\d+)', text).groups())
        assert seconds == kiosk.SECONDS
        assert notice.title in text
        assert "公示期" in text
        assert "县建设局纪检组" in text
        assert f"第 {seen[-1]} 页，共 " in text
    assert page == 1
    assert len(seen) > 1


def test_the_screen_shows_the_masked_fields_only(client, notice):
    pages = "".join(screen(client, notice, page=n).content.decode() for n in range(1, 9))
    for word in ("规划管理岗职权1", "规划管理岗风险6", "双人办理", "二级 防范"):
        assert word in pages
    for word in ("裁量幅度内部口径", "同事帮", "不按规定的条件"):
        assert word not in pages


@pytest.mark.parametrize(
    ("asked", "given"), [("7", 7), ("1", 5), ("9999", 120), ("x", 15), ("99999999", 15), ("-3", 15)]
)
def test_how_long_a_page_stands_has_bounds(client, notice, asked, given):
    assert f'content="{given};url=?page=' in screen(client, notice, seconds=asked).content.decode()


def test_a_page_can_be_made_to_stand_still(client, notice):
    text = screen(client, notice, seconds="0").content.decode()
    assert "http-equiv" not in text
    assert "自动翻页" in text


def test_what_was_taken_out_is_gone_from_the_next_page_on(client, notice):
    assert "施工许可岗" in "".join(screen(client, notice, page=n).content.decode() for n in range(1, 9))
    item = notice.items.get(register__subject_name__endswith="施工许可岗")
    NoticeItem.objects.filter(pk=item.pk).update(taken_out_at=notice.opened_at)
    assert "施工许可岗" not in "".join(screen(client, notice, page=n).content.decode() for n in range(1, 9))


def test_after_the_period_the_screen_says_so_and_shows_no_table(client, notice):
    let_end(notice)
    text = screen(client, notice).content.decode()
    assert "公示期已满" in text
    assert "规划管理岗" not in text
    assert "http-equiv" in text


@pytest.mark.django_db
def test_an_inner_notice_needs_a_session_or_a_listed_network(client, settings):
    world = make_notice_world("intranet")
    notice = published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    assert screen(client, notice).status_code == 404
    assert screen(client, notice, "notice_screen").status_code == 302
    settings.INTRANET_NETS = ["127.0.0.0/8"]
    assert screen(client, notice).status_code == 200
    settings.INTRANET_NETS = []
    client.force_login(world.people["建筑管理股股长"])
    assert screen(client, notice, "notice_screen").status_code == 200


def test_a_withdrawn_notice_and_a_draft_are_not_on_any_screen(client, world, notice):
    notices.withdraw_notice(by=world.people["办公室甲"], notice=notice, reason="有误")
    assert screen(client, notice).status_code == 404
    register = at_notice(world.cycle, world.posts["规划股股长"])
    draft = notices.draft_notice(
        by=world.people["办公室甲"], cycle=world.cycle, rule="shown", registers=[register], contact="纪检组"
    )
    assert screen(client, draft).status_code == 404


def test_a_screen_asks_little(client, world, django_assert_max_num_queries):
    notice = published(world, *(at_notice(world.cycle, post, rows=8) for post in world.posts.values()))
    screen(client, notice)
    with django_assert_max_num_queries(3):
        screen(client, notice, page=2)


def test_the_number_of_a_notice_is_no_key_to_another(client, notice):
    assert screen(client, notice, page="999").status_code == 200
    assert client.get(reverse("public_screen", args=[notice.pk + 1000])).status_code == 404
