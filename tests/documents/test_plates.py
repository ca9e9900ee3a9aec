"""Desk plates: what is in force and may be shown, on one page each, readable and never over its edge (S1-23)."""

import datetime
import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.roles import Role
from audit.models import Event
from documents.plates import printing, reading
from documents.plates.plate import Origin, Plate, Word
from documents.plates.reading import have_plates, plates_of, posts_of, public_plate, with_codes
from jobs.enums import JobState
from jobs.models import Job
from jobs.worker import run_one
from paper import MissingGlyph, PaperError
from registers.enums import RegisterState
from registers.models import Power, Register, Unit
from registers.schemes.store import spec_of
from tests.documents.plate_world import NUMBER, in_force
from tests.factories import appoint, grant, make_cycle, make_user
from tests.plumbing.pdf import pages_of
from tests.workflow.notice_world import make_notice_world
from tests.world import make_world
from workflow import seals

SITE = "https://lzfk.example.gov.cn"
INNER = ("裁量幅度内部口径", "同事帮", "不按规定的条件", "peer")


def fresh(unit: Unit) -> Unit:
    """The unit with its place in the tree as it is now."""
    return Unit.objects.get(pk=unit.pk)


def texts(plate: Plate) -> str:
    return "\n".join(text for _, text in plate.texts())


def pdf_text(data: bytes, page: int = 0) -> str:
    return pages_of(data)[page]


def plate(rows: int = 2, **fields) -> Plate:
    """A plate without a database."""
    level = Word("一级（重点风险点）", "grave", "一级")
    row = {"point": (Word("受理申请时故意刁难"),), "level": (level,), "controls": (Word("双人办理，结果公开"),)}
    given = {
        "title": "职权（职责）风险等级公示牌",
        "bureau": "县建设局",
        "unit": "规划股",
        "name": "规划管理岗",
        "origin": Origin(1, 1, 2, NUMBER, datetime.date(2026, 3, 1)),
        "duties": "负责规划许可的受理。",
        "powers": ("规划许可",),
        "levels": (level,),
        "columns": (("point", "风险点"), ("level", "等级"), ("controls", "防控措施")),
        "rows": (row,) * rows,
        "contact": "监督电话：12388",
        "public": True,
        "url": f"{SITE}/public/posts/1/",
        "sizes": ("a5", "a4"),
    }
    return Plate(**(given | fields))


LONG = plate(
    duties="贯彻执行有关法律法规和政策规定，" * 40,
    rows=0,
    powers=tuple(f"第{n}项职权" for n in range(1, 9)),
)
LONG = replace(
    LONG,
    rows=tuple(
        {
            "point": (Word(f"第{n}个风险点：受理申请时故意刁难、拖延不办，谋取私利"),),
            "level": (Word("二级（防范风险点）", "middle", "二级"),),
            "controls": (Word("严格执行集体会审、公开公示和回避制度，" * 4), Word("定期轮岗，述职述廉")),
        }
        for n in range(1, 13)
    ),
)
MONSTER = plate(
    title="标题" * 60,
    bureau="单位" * 50,
    unit="机构" * 60,
    name="岗位" * 60,
    duties="职责" * 2000,
    powers=("职权" * 100,) * 40,
    contact="联系" * 150,
    rows=30,
)

# What stands on it --------------------------------------------------------------------------------------------------


@pytest.fixture
def world(db):
    return make_notice_world("society")


@pytest.fixture
def post(world):
    return world.posts["规划管理岗"]


def test_a_plate_shows_what_is_in_force_and_society_may_see(world, post):
    Unit.objects.filter(pk=world.bureau.pk).update(contact="监督电话：12388")
    in_force(world.cycle, post, rows=2)
    (found,) = plates_of([post])
    said = texts(found)
    for word in (
        "县建设局",
        "规划股",
        "规划管理岗",
        "规划管理岗职权1",
        "规划管理岗风险2",
        "双人办理",
        "监督电话",
        NUMBER,
    ):
        assert word in said
    assert not [word for word in INNER if word in said]
    assert [row["level"][0].tone for row in found.rows] == ["middle", "light"]  # the gravest first
    assert found.public


def test_what_is_not_in_force_today_makes_no_plate(world, post):
    states = (RegisterState.FILLING, RegisterState.MOVING, RegisterState.STOPPED)
    for version, state in enumerate(states, start=1):
        in_force(world.cycle, post, state=state, in_force_from=None, version=version)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    in_force(world.cycle, post, since=tomorrow, version=4)
    assert plates_of([post]) == []
    in_force(world.cycle, post, version=5, rows=3)
    assert len(plates_of([post])[0].rows) == 3


def test_a_replaced_version_gives_way_on_its_day(world, post):
    today = timezone.localdate()
    old = in_force(world.cycle, post, since=today - datetime.timedelta(days=9))
    in_force(world.cycle, post, since=today, version=2, rows=2)
    Register.objects.filter(pk=old.pk).update(state=RegisterState.REPLACED, in_force_until=today)
    assert [found.origin.version for found in plates_of([post])] == [2]


def test_what_was_sealed_is_shown_not_what_is_written_now(world, post):
    register = in_force(world.cycle, post)
    register.points.update(name="后来改写的风险")
    seals.seal(register=register, by=None)
    assert "后来改写" not in texts(plates_of([post])[0])


@pytest.mark.parametrize("key", ["s000", "s001", "s002", "s003", "s004"])
def test_each_plan_prints_its_own_words_for_the_level(db, key):
    world = make_world(key, open_registers=False)
    cycle, chief = make_cycle(world.bureau, world.cycle.scheme, year=2027), world.posts["规划股股长"]
    in_force(cycle, chief, rows=3)
    (found,) = plates_of([chief])
    spec = spec_of(cycle.scheme)
    words = {level.label or level.name for level in spec.levels} | {level.name for level in spec.levels}
    assert found.levels
    assert all(word.text.rstrip("0123456789 个") in words for word in found.levels)
    assert {word.tone for word in found.levels} <= {level.tone for level in spec.levels}
    assert found.title == spec.plate.title
    assert len(PdfReader(io.BytesIO(printing.render([found], size="a5"))).pages) == 1


def test_a_plate_of_legal_bases_reads_them_from_the_power_list(world, post, monkeypatch):
    """A seal does not carry them."""
    in_force(world.cycle, post)
    Power.objects.filter(post=post).update(legal_basis="《城乡规划法》第四十条")
    rule = spec_of(world.cycle.scheme).plate
    monkeypatch.setattr(reading, "plate_of", lambda spec: replace(rule, fields=("post", "power", "basis", "level")))
    assert "《城乡规划法》第四十条" in texts(plates_of([post])[0])


def test_the_holder_is_named_only_where_the_scheme_says_so(world, post):
    in_force(world.cycle, post)
    appoint(post, make_user("在岗的人"))
    assert "在岗的人" not in texts(plates_of([post])[0])


def test_the_posts_of_a_bureau_come_in_the_order_of_the_tree_with_few_queries(world, django_assert_max_num_queries):
    posts = list(posts_of(fresh(world.bureau)))
    assert len(posts) == 7
    assert [p.unit.lft for p in posts] == sorted(p.unit.lft for p in posts)
    for one in posts:
        in_force(world.cycle, one)
    with django_assert_max_num_queries(6):
        found = plates_of(posts)
    assert [one.origin.post for one in found] == [one.pk for one in posts]
    assert have_plates(fresh(world.bureau)) == {one.pk for one in posts}


# On paper -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_a_plate_is_one_sheet_of_its_size(size):
    pages = PdfReader(io.BytesIO(printing.render([plate(), LONG, plate(rows=0)], size=size))).pages
    assert len(pages) == 3
    wanted = {"a5": (210, 148), "a4": (210, 297)}[size]
    for page in pages:
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == list(wanted)


def boxes(data: bytes, page: int):
    """(text, bottom, top, size) of the pieces of text on a page, in mm from below; the size in points."""
    found = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), (tm[5] * cm[3] + cm[5]) / 72 * 25.4, abs(size * tm[3] * cm[3])))

    PdfReader(io.BytesIO(data)).pages[page].extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("one", [LONG, MONSTER, replace(LONG, url="", public=False)], ids=["long", "monster", "inner"])
def test_long_texts_shrink_and_are_cut_but_never_run_over(one):
    data = printing.render([one, plate()], size="a5")
    assert len(PdfReader(io.BytesIO(data)).pages) == 2
    said = pdf_text(data)
    assert "内容有节略" in said
    assert ("详见二维码" in said) == bool(one.url)
    assert one.contact in said
    assert NUMBER in said
    assert "规划管理岗" in pdf_text(data, 1)


def test_nothing_stands_below_the_contact_or_outside_the_frame():
    data = printing.render([LONG], size="a5")
    heights = [(text, bottom) for text, bottom, _ in boxes(data, 0)]
    assert all(9 < bottom < 139 for _, bottom in heights)
    contact = next(bottom for text, bottom in heights if "监督联系方式" in text)
    table = [bottom for text, bottom in heights if "其余" in text or "防控" in text]
    assert table
    assert min(table) > contact + 3


def test_letters_stay_readable():
    sizes = [size for text, _, size in boxes(printing.render([LONG], size="a5"), 0) if "扫码" not in text]
    assert min(sizes) >= 7.9
    large = [size for _, _, size in boxes(printing.render([plate(rows=1)], size="a5"), 0)]
    assert sum(size > 12 for size in large) > 5


def test_what_is_left_out_is_the_least_grave_and_is_counted():
    said = pdf_text(printing.render([LONG], size="a5"))
    shown = sum(f"第{n}个风险点" in said for n in range(1, 13))
    assert 4 <= shown < 12
    assert f"其余{12 - shown}个风险点详见二维码" in said


def test_the_folded_sheet_carries_the_plate_twice():
    data = printing.render([plate()], size="a4")
    content = PdfReader(io.BytesIO(data)).pages[0].get_contents().get_data()
    assert content.count(b"/Plate Do") == 2
    assert b"-1 0 0 -1" in content


def test_a_plate_for_the_bureau_only_has_no_code():
    with_code, without = (printing.render([plate(url=url)], size="a5") for url in (f"{SITE}/public/posts/1/", ""))
    assert "扫码查看" in pdf_text(with_code)
    assert "扫码查看" not in pdf_text(without)


def test_rare_characters_are_printed_and_missing_ones_named_with_their_place():
    assert "㛃䶮𬱖〇①Ⅲ〔〕" in pdf_text(printing.render([plate(duties="㛃䶮𬱖〇①Ⅲ〔〕")], size="a5"))
    with pytest.raises(MissingGlyph, match="规划管理岗”的公示牌.*U\\+E000"):
        printing.render([plate(duties="\ue000")], size="a5")


def test_text_is_text_and_the_properties_name_the_bureau_only():
    data = printing.render([plate(duties="<b>粗</b>&amp;")], size="a4")
    assert "<b>粗</b>&amp;" in pdf_text(printing.render([plate(duties="<b>粗</b>&amp;")], size="a5"))
    told = PdfReader(io.BytesIO(data)).metadata
    assert (told.author, told.get("/CreationDate")) == ("县建设局", None)


def test_the_same_plates_give_the_same_bytes():
    assert printing.render([plate(), LONG], size="a4") == printing.render([plate(), LONG], size="a4")


def test_nothing_to_print_is_said():
    with pytest.raises(PaperError, match="没有可以打印的公示牌"):
        printing.render([], size="a5")


# The public page ----------------------------------------------------------------------------------------------------


def test_the_public_page_shows_the_plate_and_nothing_more(client, world, post):
    in_force(world.cycle, post, rows=2)
    response = client.get(reverse("public_post", args=[post.pk]))
    page = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    for text in ("规划管理岗职权1", "规划管理岗风险2", "双人办理", NUMBER):
        assert text in page
    assert not [word for word in INNER if word in page]


def test_a_post_of_which_nothing_is_public_is_not_there(client, world, post):
    inner = make_notice_world("bureau")
    in_force(inner.cycle, inner.posts["规划管理岗"])
    for pk in (post.pk, inner.posts["规划管理岗"].pk, 999_999):
        assert client.get(reverse("public_post", args=[pk])).status_code == 404
    in_force(world.cycle, post)
    assert client.get(reverse("public_post", args=[post.pk])).status_code == 200
    post.closed_on = timezone.localdate()
    post.save()
    assert client.get(reverse("public_post", args=[post.pk])).status_code == 404


def test_the_holder_never_stands_on_the_public_page(monkeypatch, world, post):
    in_force(world.cycle, post)
    appoint(post, make_user("在岗的人"))
    spec = spec_of(world.cycle.scheme)
    rule = replace(spec.plate, fields=("post", "point"), holder=True)
    monkeypatch.setattr("documents.plates.reading.plate_of", lambda _: rule)
    assert plates_of([post])[0].holder == "规划管理岗、在岗的人"
    assert public_plate(post.pk).holder == ""


def test_the_code_leads_to_the_public_page(world, post):
    in_force(world.cycle, post)
    (found,) = with_codes(plates_of([post]), f"{SITE}/")
    assert found.url == f"{SITE}{reverse('public_post', args=[post.pk])}"
    assert with_codes(plates_of([post]), "")[0].url == ""


# Taking them --------------------------------------------------------------------------------------------------------


def test_one_plate_is_printed_at_once_and_noted(client, world, post):
    in_force(world.cycle, post)
    client.force_login(world.people["规划股股长"])
    assert "打印 A5 横向" in client.get(reverse("post_plate", args=[post.pk])).content.decode()
    answer = client.get(reverse("post_plate_pdf", args=[post.pk, "a4"]))
    assert answer["Content-Type"] == "application/pdf"
    assert Event.objects.get(verb="plate.print").detail["size"] == "a4"
    assert client.get(reverse("post_plate_pdf", args=[post.pk, "a3"])).status_code == 404


def test_a_whole_bureau_is_made_in_the_background(client, world):
    for one in posts_of(fresh(world.bureau))[:3]:
        in_force(world.cycle, one)
    client.force_login(world.people["公示员"])
    url = reverse("unit_plates", args=[world.bureau.pk])
    assert "生成 3 块公示牌" in client.get(url).content.decode()
    assert client.post(url, {"size": "a4"}).status_code == 302
    job = Job.objects.get()
    assert run_one("测试")
    job.refresh_from_db()
    assert (job.state, job.file_name) == (JobState.DONE, "县建设局公示牌（A4 对折立牌）.pdf")
    assert Event.objects.get(verb="plate.print").detail == {"size": "a4", "plates": 3}


def test_the_job_asks_again_who_may_have_them(client, world):
    in_force(world.cycle, world.posts["规划管理岗"])
    publisher = grant(Role.PUBLISHER, world.bureau, make_user("将离任"))
    client.force_login(publisher)
    client.post(reverse("unit_plates", args=[world.bureau.pk]), {"size": "a5"})
    publisher.grants.update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
    run_one("测试")
    assert Job.objects.get().state == JobState.FAILED


def test_without_any_plate_nothing_is_begun(client, world):
    client.force_login(world.people["公示员"])
    answer = client.post(reverse("unit_plates", args=[world.bureau.pk]), {"size": "a5"})
    assert answer.status_code == 409
    assert not Job.objects.exists()


def test_the_command_writes_a_file_and_its_exit_code_tells(world, post, tmp_path, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    out = tmp_path / "牌.pdf"
    given = {"bureau": world.bureau.name, "out": out, "address": SITE}
    with pytest.raises(CommandError, match="没有可以打印") as nothing:
        call_command("plates", **given)
    in_force(world.cycle, post)
    call_command("plates", **given, unit="规划股", size="a4")
    assert len(PdfReader(out).pages) == 1
    with pytest.raises(CommandError, match="没有“无此局”") as unknown:
        call_command("plates", **(given | {"bureau": "无此局"}))
    with pytest.raises(CommandError, match="LIANZHENG_PUBLIC_URL") as nowhere:
        call_command("plates", **(given | {"address": ""}))
    assert [fault.value.returncode for fault in (nothing, unknown, nowhere)] == [1, 2, 2]
