"""Units and posts from a workbook: new ones, changed ones, and everything that can be wrong with a tree."""

import pytest

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers.models import Appointment, Post, Unit
from registers.services import organisation
from registers.services.tree_check import faults as tree_faults
from tests import factories
from tests.catalogue.files import apply, book, plan, said

pytestmark = pytest.mark.django_db
UNITS = ["机构名称", "上级机构", "性质", "简称", "职责", "次序", "设立日期"]
POSTS = ["所在机构", "岗位名称", "层级", "本机构负责人", "重点对象", "岗位职责"]


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def office(bureau):
    return factories.grant(Role.OFFICE, bureau)


def units(*rows) -> bytes:
    return book(机构=[UNITS, *(list(row) for row in rows)])


def test_units_and_their_posts_are_made_from_one_workbook(bureau, office):
    data = book(
        机构=[
            ["县建设局机构"],
            UNITS,
            ["【说明】全称。", "空着就是单位本身"],
            ["一组", "执法大队", "组（班）"],
            ["执法大队", None, "大队", "大队", "行政执法。", 3, "2012年3月1日"],
            ["规划股"],
        ],
        岗位=[POSTS, ["一组", "执法岗", "其他"], ["规划股", "规划股股长", "中层岗位", "是", "否", "主持工作。"]],
    )
    made = apply("organisation", data, bureau, office, name="机构.xlsx")
    assert dict(made.counts) == {"表中行": 5, "新增机构": 3, "新增岗位": 2}
    group = Unit.objects.get(name="一组")
    assert (group.parent.name, group.kind, group.section.name) == ("执法大队", "group", "执法大队")
    assert Unit.objects.get(name="执法大队").opened_on.isoformat() == "2012-03-01"
    head = Post.objects.get(name="规划股股长")
    assert (head.tier, head.is_head, head.priority, head.bureau) == ("middle", True, False, bureau)
    assert head.history.get().history_user == office
    assert Event.objects.get(verb="catalogue.apply").detail["kind"] == "organisation"
    assert not list(tree_faults())


def test_what_is_there_is_changed_only_where_a_cell_says_something(bureau, office):
    section = factories.make_section(bureau, duties="旧的职责", short_name="规划")
    post = factories.make_post(section, duties="原来的职责")
    data = book(机构=[UNITS, ["规划股", "", "", "", "新的职责"]], 岗位=[POSTS, ["规划股", post.name, "中层岗位"]])
    found = plan("organisation", data, bureau, office)
    assert [(c.action, c.details) for c in found.changes] == [
        ("change", [("职责", "旧的职责", "新的职责")]),
        ("change", [("层级", "其他岗位", "中层岗位")]),
    ]
    apply("organisation", data, bureau, office)
    section.refresh_from_db()
    post.refresh_from_db()
    assert (section.duties, section.short_name, post.tier, post.duties) == ("新的职责", "规划", "middle", "原来的职责")
    with pytest.raises(NotNow, match="都已经有了"):
        apply("organisation", data, bureau, office)


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([("甲组", "乙组"), ("乙组", "甲组")], "成了环"),
        ([("甲组", "甲组")], "上级机构是它自己"),
        ([("甲组", "丙组"), ("乙组", "甲组"), ("丙组", "乙组")], "成了环"),
        ([("甲组", "没有的股")], "没有“没有的股”这个机构"),
        ([("甲组",), ("甲组",)], "与第2行重复"),
        ([("甲组", "", "司")], "没有“司”这一项"),
        ([("甲组", "", "单位")], "没有“单位”这一项"),
        ([("", "规划股")], "没有写机构名称"),
        ([("甲" * 121,)], "有121个字，最多120个字"),
        ([("甲组", "", "", "", "", "第一")], "不是次序"),
        ([("甲组", "", "", "", "", 1, "昨天")], "不是日期"),
        ([("=1+1",)], "公式"),
    ],
)
def test_every_mistake_is_told_at_its_cell_and_nothing_is_written(bureau, office, rows, expected):
    factories.make_section(bureau)
    data = units(*rows)
    found = plan("organisation", data, bureau, office)
    assert any(expected in sentence for sentence in said(found)), said(found)
    assert all("第" in sentence and "列" in sentence for sentence in said(found))
    with pytest.raises(NotNow, match="处错误，没有导入任何内容"):
        apply("organisation", data, bureau, office)
    assert Unit.objects.count() == 2


def test_a_post_in_an_unknown_unit_and_a_post_written_twice(bureau, office):
    factories.make_section(bureau)
    rows = [["没有的股", "甲岗"], ["规划股", "乙岗"], ["规划股", "乙岗"], ["规划股", "丙岗", "高层", "也许"]]
    sentences = said(plan("organisation", book(岗位=[POSTS, *rows]), bureau, office))
    assert [sentence.split("：")[0] for sentence in sentences] == [
        "工作表“岗位” 第5行 C列（层级）",
        "工作表“岗位” 第5行 D列（本机构负责人）",
        "工作表“岗位” 第2行 A列（所在机构）",
        "工作表“岗位” 第4行 B列（岗位名称）",
    ]


def test_units_of_one_name_are_told_apart_by_their_path(bureau, office):
    for name in ("一大队", "二大队"):
        factories.make_section(factories.make_section(bureau, name), "一组")
    found = plan("organisation", book(岗位=[POSTS, ["一组", "甲岗"]]), bureau, office)
    assert "有2个机构叫“一组”" in said(found)[0]
    apply("organisation", book(岗位=[POSTS, ["二大队/一组", "甲岗"]]), bureau, office)
    assert Post.objects.get().unit.parent.name == "二大队"


def test_a_missing_or_a_foreign_column_is_told(bureau, office):
    found = plan("organisation", book(机构=[["上级机构", "性质", "编制数"], ["规划股", "", 3]]), bureau, office)
    assert "表头缺少“机构名称”这一列。" in said(found)[0]
    found = plan("organisation", book(机构=[["机构名称", "性质", "编制数"], ["甲股", "", 3]]), bureau, office)
    assert not found.errors
    assert "“编制数”不是机构的栏目" in found.warnings[0].said
    found = plan("organisation", book(别的=[["完全", "不相干"], ["甲", "乙"]]), bureau, office)
    assert "没有认出任何一张表的表头" in said(found)[0]


def test_who_is_raised_to_a_head_waits_for_confirmation(bureau, office):
    post = factories.make_post(factories.make_section(bureau))
    user = factories.make_user("乙")
    held = Appointment.objects.create(post=post, user=user)
    apply("organisation", book(岗位=[POSTS, ["规划股", post.name, "", "是"]]), bureau, office)
    held.refresh_from_db()
    assert held.pending


def test_nobody_raises_his_own_post(bureau, office):
    post = factories.make_post(factories.make_section(bureau))
    Appointment.objects.create(post=post, user=office)
    data = book(机构=[UNITS, ["甲股"]], 岗位=[POSTS, ["规划股", post.name, "", "是"]])
    with pytest.raises(NotAllowed, match="不能把自己任职的岗位"):
        apply("organisation", data, bureau, office)
    assert not Unit.objects.filter(name="甲股").exists()


def test_only_the_office_of_the_bureau_imports(bureau):
    other = factories.make_bureau("县水利局")
    data = units(("甲股",))
    for user in (
        factories.grant(Role.OFFICE, other),
        factories.grant(Role.DISCIPLINE, bureau),
        factories.grant(Role.SYSTEM_ADMIN, bureau),
        factories.make_user(),
    ):
        with pytest.raises(NotAllowed):
            apply("organisation", data, bureau, user)


def test_what_changed_since_the_preview_is_not_written_over(bureau, office):
    factories.make_section(bureau, duties="旧")
    data = units(("规划股", "", "", "", "新"))
    seen = plan("organisation", data, bureau, office).digest()
    organisation.change_unit(by=None, unit=Unit.objects.get(name="规划股"), duties="别人改的")
    with pytest.raises(NotNow, match="预览之后情况有了变化"):
        apply("organisation", data, bureau, office, seen=seen)
