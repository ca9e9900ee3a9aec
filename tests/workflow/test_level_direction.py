"""一级 is the gravest level of plan 000 and the lightest of plan 003: both are right, in one database at one time."""

import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from registers.models import Register
from tests.factories import grant
from tests.roads import actor_of, fresh, levels_for, publish, step_once, walk
from tests.world import World, fill, make_world
from workflow import engine
from workflow.acts import Act
from workflow.enums import Action
from workflow.models import Notice
from workflow.services import deciding

pytestmark = pytest.mark.django_db
BADGE = re.compile(r'class="level level-(\w+)">([^<]+)<')
GRAVEST_FIRST = {"s000": ["一级", "二级", "三级"], "s003": ["三级", "二级", "一级"]}
TONES = ["grave", "middle", "light"]
POSTS = ("规划管理岗", "选址审批岗", "施工许可岗")


def badges(text: str) -> list[tuple[str, str]]:
    """All level badges of a page: (tone, word); of a label such as 一级（重点风险点） its name."""
    return [(tone, word.strip().split("（")[0]) for tone, word in BADGE.findall(text)]


def right(scheme: str) -> list[tuple[str, str]]:
    """The badges of that plan, the gravest first."""
    return list(zip(TONES, GRAVEST_FIRST[scheme], strict=True))


def graded_by_post() -> tuple[World, list[Register]]:
    """Plan 000 rates posts: one post of each level, determined by the discipline group and kept by the meeting."""
    world = make_world("s000", tag="甲")
    registers = []
    for rank, name in enumerate(POSTS, start=1):
        register = walk(world.register("post", name), to="discipline_levels")
        by = actor_of(register, Action.AGREE)
        deciding.agree(register=register, by=by, act=Act(opinion="同意。", levels={"": rank}))
        registers.append(walk(register))
    return world, registers


def graded_by_point() -> tuple[World, list[Register]]:
    """Plan 003 rates points: one register with a point of each level, in the order light, grave, middle."""
    world = make_world("s003", tag="乙")
    register = world.register("post", "规划管理岗")
    fill(register, rows=3)
    declare(register)
    return world, [walk(register)]


def declare(register: Register) -> None:
    for point, rank in zip(register.points.order_by("pk"), (3, 1, 2), strict=True):
        point.declared_rank = rank
        point.save()


@pytest.fixture
def both():
    """(world, registers in force) of both plans, and somebody above both bureaus."""
    worlds = {"s000": graded_by_post(), "s003": graded_by_point()}
    above = grant(Role.DISCIPLINE, worlds["s000"][0].authority)
    grant(Role.DISCIPLINE, worlds["s003"][0].authority, above)
    return worlds, above


def page(client, user, name: str, *args, **query) -> str:
    client.force_login(user)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def sheet(client, user, name: str, *args) -> list[list[str]]:
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [[str(cell or "") for cell in row] for row in load_workbook(io.BytesIO(data)).active.values]


def test_every_page_is_right_in_both_plans_at_once(both, client):
    worlds, above = both
    for scheme, (world, registers) in worlds.items():
        office = world.people["办公室甲"]
        assert badges(page(client, office, "ledger")) == right(scheme) * 2, "counts and rows of the bureau's ledger"
        for rank, badge in enumerate(right(scheme), start=1):
            found = badges(page(client, office, "ledger", level=str(rank)))
            assert found == [*right(scheme), badge], "the ledger of one level"
        told = {badge for register in registers for badge in badges(page(client, office, "register", register.pk))}
        assert told == set(right(scheme)), "the registers' pages"
        shown = [word for _, word in badges(page(client, office, "scheme", world.cycle.scheme_id))]
        assert shown[:3] == GRAVEST_FIRST[scheme], "the page that explains the plan"
        assert badges(page(client, office, "unit", world.bureau.pk))[:3] == right(scheme), "the unit's tree"
    seen = badges(page(client, above, "ledger"))
    assert seen[:3] == [("grave", "重"), ("middle", "中"), ("light", "轻")], "the counts over both"
    assert [tone for tone, _ in seen[3:]] == ["grave", "grave", "middle", "middle", "light", "light"]
    assert seen[3:5] == [("grave", "一级"), ("grave", "三级")]
    assert seen[-2:] == [("light", "三级"), ("light", "一级")]


def test_what_is_exported_has_the_local_names_the_gravest_first(both, client):
    worlds, above = both
    rows = sheet(client, above, "ledger_export")
    column = next(row.index("风险等级") for row in rows if "风险等级" in row)
    words = [row[column] for row in rows if row[column] in GRAVEST_FIRST["s000"]]
    assert words == ["一级", "三级", "二级", "二级", "三级", "一级"]
    for scheme, (world, _) in worlds.items():
        rows = sheet(client, world.people["办公室甲"], "ledger_export")
        assert [row[column] for row in rows if row[column] in GRAVEST_FIRST[scheme]] == GRAVEST_FIRST[scheme]
    world, (register,) = worlds["s003"]
    cells = [cell for row in sheet(client, register.filler, "paper_xlsx", register.pk, "form5") for cell in row]
    assert [cell for cell in cells if cell in GRAVEST_FIRST["s003"]] == ["一级", "三级", "二级"], (
        "as they were filled in"
    )
    assert any("三级 1 个，二级 1 个，一级 1 个" in cell for cell in cells), "the totals of the form"
    for register, word in zip(worlds["s000"][1], GRAVEST_FIRST["s000"], strict=True):
        cells = [cell for row in sheet(client, register.filler, "paper_xlsx", register.pk, "form4") for cell in row]
        assert word in cells


def test_a_notice_shows_the_local_names_with_the_right_tone(client):
    make_world("s000", tag="甲")
    world = make_world("s003", tag="乙")
    register = world.register("department", "规划股")
    fill(register, rows=3)
    declare(register)
    register = walk(register, to="notice")
    notice = publish(register, engine.step_of(register))
    shown = badges(page(client, world.people["施工许可岗"], "notice_read", notice.pk))
    assert [badge for badge in shown if badge != ("middle", "二级")] == [("light", "一级"), ("grave", "三级")]
    text = "".join(
        row["text"]
        for item in Notice.objects.get(pk=notice.pk).items.all()
        for line in item.shown["rows"]
        for row in line["monitor"]
    )
    assert "由各级党组和纪检监察部门重点监控" in text


@pytest.mark.parametrize("scheme", list(GRAVEST_FIRST))
def test_who_decides_is_offered_the_gravest_level_first(scheme, client):
    make_world("s003" if scheme == "s000" else "s000", tag="别")
    world = make_world(scheme)
    scope, step = ("post", "discipline_levels") if scheme == "s000" else ("unit", "superior")
    register = walk(world.register(scope), to=step)
    text = page(client, actor_of(register, Action.AGREE), "register_agree", register.pk)
    options = re.findall(r'<option value="([123])"[^>]*>([^（<]+)', text)
    assert [word for _, word in options[:3]] == GRAVEST_FIRST[scheme]
    assert [rank for rank, _ in options[:3]] == ["1", "2", "3"]
    levels = levels_for(fresh(register), engine.step_of(register))
    assert set(levels.values()) == {2}
    step_once(register)
    assert fresh(register).step != step
