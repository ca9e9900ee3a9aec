"""The filling page: everything at hand, nothing typed lost, one row saved at a time."""

import json
import re
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.roles import Role
from registers.copying import copy_content
from registers.enums import Tier
from registers.models import Block
from registers.rows import data_of, rows_of
from registers.services import editing
from tests import factories as make
from tests.small_scheme import small_scheme
from workflow import desks, seals
from workflow.enums import Action
from workflow.models import Decision, Inclusion, Proposal, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    bureau = make.make_bureau()
    section = make.make_section(bureau)
    head = make.make_post(section, "规划股股长", tier=Tier.MIDDLE, head=True)
    leader = make.make_post(make.make_section(bureau, "局领导", kind="leadership"), "分管副局长", tier=Tier.LEAD)
    make.put_in_charge(leader, section)
    assert head.is_head
    return make.make_post(section, duties="承办规划许可和核实")


@pytest.fixture
def clerk(post):
    return make.appoint(post)


@pytest.fixture
def register(post, clerk):
    register = make.make_register(post, filler=clerk)
    Task.objects.create(register=register, step=register.step, round=1, desk=desks.of_post(post.pk))
    return register


@pytest.fixture
def power(post):
    return make.make_power(post, steps=("受理", "审查"))


@pytest.fixture
def signed(client, clerk):
    client.force_login(clerk)
    return client


def page(client, register, **query) -> str:
    response = client.get(reverse("register_fill", args=(register.pk,)), query)
    assert response.status_code == 200
    return response.content.decode()


def form_of(html: str, row: Block) -> dict:
    """What a browser would send for the form of a row as the page shows it."""
    form = html[html.index(f'id="row-{row.pk}"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, list] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        kind = re.search(r'type="(\w+)"', tag).group(1)
        if kind not in ("radio", "checkbox") or " checked" in tag:
            name, value = (re.search(rf'{key}="([^"]*)"', tag).group(1) for key in ("name", "value"))
            sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'<textarea name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.S):
        sent[name] = [value]
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = [chosen.group(1) if chosen else ""]
    return sent


def send(client, row, fields, act="save", autosave=False, **changes):
    url = reverse("register_row_save", args=(row.register_id, row.pk))
    fields = {**fields, **{name: [str(value)] for name, value in changes.items()}}
    if autosave:
        return client.post(url, fields, headers={"X-Autosave": "1"})
    return client.post(url, fields | {"act": [act]})


def name_field(html: str, kind: str = "name") -> str:
    return re.search(rf'name="(p-[0-9a-f]{{32}}-{kind})"', html).group(1)


# What the page shows --------------------------------------------------------------------------------------------------


def test_the_page_has_duties_powers_questions_and_the_kinds_with_definitions(signed, register, power):
    html = page(signed, register)
    for text in (
        "承办规划许可和核实",
        "建设工程规划许可",
        "哪些事由您一人说了算?",
        "因岗位权力而生的风险。",
        "越权审批",
    ):
        assert text in html


def test_a_power_without_a_row_is_pointed_out_and_a_row_for_it_is_one_button_away(signed, register, power):
    """S2-09: 有权力岗位就有廉政风险."""
    assert "还没有风险点" in page(signed, register)
    signed.post(reverse("register_row_add", args=(register.pk,)), {"power": power.pk})
    row = rows_of(register).get()
    assert row.power == power
    make.make_row(register, power)
    assert "还没有风险点" not in page(signed, register)


def test_a_new_row_knows_the_post_and_who_answers_for_it(signed, register):
    signed.post(reverse("register_row_add", args=(register.pk,)))
    said = {row.height: str(row) for row in rows_of(register).get().responsibilities.all()}
    assert said == {"direct": "规划管理岗", "department": "规划股股长", "leader": "分管副局长"}


def test_what_was_sent_back_stands_on_top_and_at_the_row(signed, register, power):
    row = make.make_row(register, power)
    Decision.objects.create(
        register=register,
        step="review",
        step_name="科室审核",
        round=1,
        action=Action.SEND_BACK,
        by_name="股长",
        by_title="规划股股长",
        reasons=["accurate"],
        opinion="风险点太笼统",
        remarks=[{"lineage": row.lineage, "text": "请写到具体环节"}],
        key="k1",
    )
    html = page(signed, register)
    assert "不准" in html
    assert "风险点太笼统" in html
    assert html.index("请写到具体环节") > html.index(f'id="row-{row.pk}"')
    Decision.objects.create(
        register=register, step="fill", step_name="自查", round=2, action=Action.SUBMIT, by_name="甲", key="k2"
    )
    assert "风险点太笼统" not in page(signed, register)


def test_proposals_of_others_can_be_taken_in_or_declined(signed, register):
    decision = Decision.objects.create(
        register=register, step="o", step_name="征求意见", round=1, action=Action.OPINE, by_name="乙", key="k"
    )
    proposal = Proposal.objects.create(register=register, decision=decision, name="拖延核实")
    html = page(signed, register)
    assert "拖延核实" in html
    assert reverse("proposal_take", args=(proposal.pk,)) in html
    assert reverse("proposal_decline", args=(proposal.pk,)) in html


def test_typed_markup_stays_text(signed, register):
    make.make_row(register, name="<script>alert(1)</script>", manifestation='"><b onx="')
    html = page(signed, register)
    assert "<script>alert" not in html
    assert '"><b onx' not in html


# Saving ---------------------------------------------------------------------------------------------------------------


def test_what_is_typed_into_the_empty_slots_is_saved_and_shown_again(signed, register, power):
    signed.post(reverse("register_row_add", args=(register.pk,)), {"power": power.pk})
    row = rows_of(register).get()
    html = page(signed, register)
    fields = form_of(html, row)
    control = fields["control"][0]
    send(signed, row, fields, **{name_field(html): "越权许可", f"c-{control}-text": "双人办理"})
    data = data_of(rows_of(register).get())
    assert [point.name for point in data.points] == ["越权许可"]
    assert [(item.text, item.point) for item in data.controls] == [("双人办理", data.points[0].lineage)]
    assert "越权许可" in page(signed, register)


def test_saving_what_the_page_shows_changes_nothing(signed, register, power):
    row = make.make_row(register, power)
    before = data_of(rows_of(register).get())
    send(signed, row, form_of(page(signed, register), row))
    assert data_of(rows_of(register).get()) == before
    assert Block.objects.get(pk=row.pk).row_version == 0


def test_autosave_answers_with_the_new_version_and_a_second_one_follows_on(signed, register, power):
    row = make.make_row(register, power)
    html = page(signed, register)
    fields, name = form_of(html, row), name_field(html)
    first = send(signed, row, fields, autosave=True, **{name: "一"})
    assert first.json()["row_version"] == 1
    second = send(signed, row, fields, autosave=True, **{name: "二", "row_version": 1})
    assert second.json()["row_version"] == 2
    assert row.points.get().name == "二"


def test_the_same_new_point_autosaved_twice_is_one_point(signed, register):
    signed.post(reverse("register_row_add", args=(register.pk,)))
    row = rows_of(register).get()
    html = page(signed, register)
    fields = form_of(html, row)
    for text in ("越", "越权"):
        answer = send(signed, row, fields, autosave=True, **{name_field(html): text})
        fields["row_version"] = [answer.json()["row_version"]]
    assert [point.name for point in rows_of(register).get().points.all()] == ["越权"]


def test_the_level_follows_the_suggestion_until_the_clerk_chooses_another(signed, register):
    row = make.make_row(register, declared_rank=None, level_rank=None)
    html = page(signed, register)
    prefix = name_field(html).removesuffix("name")
    likely, harm = f"{prefix}f-likely", f"{prefix}f-harm"
    send(signed, row, form_of(html, row), **{likely: "high", harm: "high"})
    assert row.points.get().declared_rank == 1
    html = page(signed, register)
    assert "建议一级" in html
    send(signed, row, form_of(html, row), **{harm: "low"})
    assert row.points.get().declared_rank == 2
    send(signed, row, form_of(page(signed, register), row), **{f"{prefix}rank": "3"})
    send(signed, row, form_of(page(signed, register), row), **{harm: "high"})
    assert row.points.get().declared_rank == 3


def test_what_cannot_be_stored_comes_back_as_typed_with_the_reason(signed, register):
    row = make.make_row(register)
    html = page(signed, register)
    long = "长" * 501
    answer = send(signed, row, form_of(html, row), **{name_field(html): long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert "最多 500 个字" in answer.content.decode()
    answer = send(signed, row, form_of(html, row), autosave=True, **{name_field(html): long})
    assert answer.status_code == 400
    assert name_field(html) in answer.json()["errors"]


def test_buttons_add_copy_move_drop_and_bring_back(signed, register, power):
    first, second = make.make_row(register, power, name="甲"), make.make_row(register, power, name="乙")
    fields = form_of(page(signed, register), second)
    assert send(signed, second, fields, "up").headers["Location"].endswith(f"#row-{second.pk}")
    assert list(rows_of(register)) == [second, first]
    send(signed, second, fields, "copy")
    assert rows_of(register).count() == 3
    html = page(signed, register, row=second.pk, add="point")
    assert html.count('name="point"') == 4
    send(signed, first, form_of(html, first), "remove")
    html = page(signed, register, removed=first.pk)
    assert "撤销删除" in html
    signed.post(reverse("register_row_restore", args=(register.pk, first.pk)))
    assert rows_of(register).count() == 3


def test_a_dropped_point_can_be_brought_back_beside_what_was_typed_since(signed, register):
    row = make.make_row(register, name="甲", declared_rank=1)
    before = data_of(rows_of(register).get())
    [point] = before.points
    send(signed, row, form_of(page(signed, register), row), f"drop_point:{point.lineage}")
    assert row.points.count() == 0
    html = page(signed, register, row=row.pk, undo=row.pk)
    assert "撤销删除" in html
    fields = form_of(html, row) | {"matter": ["后来写的"]}
    signed.post(reverse("register_row_undo", args=(register.pk, row.pk)), fields)
    after = data_of(rows_of(register).get())
    assert after.points == before.points
    assert after.controls == before.controls
    assert after.matter == "后来写的"


# Two windows ----------------------------------------------------------------------------------------------------------


def test_two_windows_meet_on_a_page_that_shows_both_and_loses_neither(signed, register):
    row = make.make_row(register)
    html = page(signed, register)
    fields, name = form_of(html, row), name_field(html)
    send(signed, row, fields, **{name: "已保存的"})
    answer = send(signed, row, fields, autosave=True, **{name: "我打的", "matter": "我的事项"})
    assert answer.status_code == 409
    url = answer.json()["conflict_url"]
    html = signed.get(url).content.decode()
    assert "已保存的" in html
    assert "我打的" in html
    point = row.points.get().lineage
    signed.post(url, {"row_version": 1, f"choose-point-{point}": "both", "choose-power": "mine"})
    assert {p.name for p in row.points.all()} == {"已保存的", "我打的"}
    assert rows_of(register).get().matter == "我的事项"
    assert signed.get(url).status_code == 302


@pytest.mark.parametrize("choice, name", [("mine", "我打的"), ("theirs", "已保存的")])
def test_each_line_of_a_conflict_is_chosen(signed, register, choice, name):
    row = make.make_row(register)
    html = page(signed, register)
    fields, field = form_of(html, row), name_field(html)
    send(signed, row, fields, **{field: "已保存的"})
    url = send(signed, row, fields, **{field: "我打的"}).headers["Location"]
    signed.post(url, {"row_version": 1, f"choose-point-{row.points.get().lineage}": choice})
    assert row.points.get().name == name


def test_a_form_sent_after_the_session_ended_is_kept_until_sign_in(client, signed, register):
    row = make.make_row(register)
    html = page(signed, register)
    fields, name = form_of(html, row), name_field(html)
    client.logout()
    answer = send(client, row, fields, **{name: "会话过期时打的字"})
    assert answer.status_code == 302
    assert "会话过期时打的字" in json.dumps(list(client.session.values()), ensure_ascii=False, default=str)
    assert send(client, row, fields, autosave=True).status_code == 401


# Who ------------------------------------------------------------------------------------------------------------------


def test_opening_the_page_makes_the_holder_of_the_post_its_filler(client, post, register, clerk):
    register.filler = None
    register.save()
    client.force_login(clerk)
    page(client, register)
    register.refresh_from_db()
    assert register.filler == clerk


def test_others_cannot_fill(client, post, register):
    row = make.make_row(register)
    url = reverse("register_row_save", args=(register.pk, row.pk))
    office = make.grant(Role.OFFICE, post.bureau)
    client.force_login(office)
    assert client.post(url, {"row_version": 0, "matter": "x"}).status_code == 403
    client.force_login(make.appoint(make.make_post(make.make_section(post.bureau, "其他股"))))
    assert client.post(url, {"row_version": 0, "matter": "x"}).status_code == 404
    assert Block.objects.get(pk=row.pk).row_version == 0


# Levels of the subject, no points, versions ---------------------------------------------------------------------------


def subject_rated(post, clerk, version=2):
    rating = {"rated": "subject", "method": "criteria", "rules": [{"rank": 1, "when": {"likely": ["high"]}}]}
    rating["otherwise"] = "请自行判断。"
    factor = {
        "key": "likely",
        "name": "决定权",
        "question": "有没有最终决定权？",
        "on": "subject",
        "options": [{"key": "low", "name": "无"}, {"key": "high", "name": "有"}],
    }
    scheme = make.make_scheme(rating=rating, factors=[factor], version=version)
    register = make.make_register(post, cycle=make.make_cycle(post.bureau, scheme), filler=clerk)
    Task.objects.create(register=register, step=register.step, round=1, desk=desks.of_post(post.pk))
    return register


def test_where_the_subject_is_rated_the_head_asks_and_points_take_no_level(signed, post, clerk):
    register = subject_rated(post, clerk)
    row = make.make_row(register, declared_rank=None, level_rank=None)
    html = page(signed, register)
    assert "有没有最终决定权？" in html
    assert html.count(">自评等级<") == 1
    url = reverse("register_head_save", args=(register.pk,))
    answer = signed.post(url, {"row_version": 0, "f-likely": "high"}, headers={"X-Autosave": "1"})
    assert answer.json()["row_version"] == 1
    register.refresh_from_db()
    assert (register.declared_rank, row.points.get().level_rank) == (1, 1)


def test_two_windows_at_the_head_meet_too(signed, post, clerk):
    register = subject_rated(post, clerk)
    url = reverse("register_head_save", args=(register.pk,))
    signed.post(url, {"row_version": 0, "f-likely": "high", "rank": "2", "shown": ""})
    answer = signed.post(url, {"row_version": 0, "f-likely": "low", "rank": "3", "shown": ""})
    assert "有" in signed.get(answer.headers["Location"]).content.decode()
    choice = {"row_version": 1, "choose-factors": "mine", "choose-declared_rank": "theirs"}
    signed.post(answer.headers["Location"], choice)
    register.refresh_from_db()
    assert (register.factors, register.declared_rank) == ({"likely": "low"}, 2)


def test_a_post_with_powers_but_no_point_cannot_be_submitted_without_a_signed_reason(signed, register, power):
    """S2-16: 找不出风险点才是最大风险."""
    html = page(signed, register)
    assert "有职权而没有风险点" in html
    assert "还不能提交" in signed.get(reverse("register_submit", args=(register.pk,))).content.decode()
    url = reverse("register_head_save", args=(register.pk,))
    signed.post(url, {"row_version": 0, "zero_reason": "本岗位只办收发", "zero_signed": "1"})
    html = page(signed, register)
    assert "将一直标明“无风险点”" in html
    assert "还不能提交" not in signed.get(reverse("register_submit", args=(register.pk,))).content.decode()


def test_long_registers_are_folded_and_open_one_row_at_a_time(signed, register, power):
    rows = [make.make_row(register, power, name=f"风险{number}") for number in range(12)]
    html = page(signed, register)
    assert 'name="power"' not in html.replace('type="hidden" name="power"', "")
    html = page(signed, register, row=rows[3].pk)
    assert html.count('<select name="power"') == 1
    assert form_of(html, rows[3])["row_version"] == ["0"]


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_the_page_takes_the_same_bounded_queries_for_any_number_of_rows(
    signed, register, power, rows, django_assert_max_num_queries
):
    for number in range(rows):
        make.make_row(register, power, name=f"风险{number}")
    page(signed, register)
    with django_assert_max_num_queries(20):
        page(signed, register)


def test_only_open_parts_have_inputs(signed, post, clerk):
    roads = [route | {} for route in small_scheme()["routes"]]
    first = roads[0]["steps"][0] | {"opens": ["points"]}
    levels = roads[0]["steps"][0] | {"key": "levels", "opens": ["levels"]}
    roads[0] = {"scope": "post", "steps": [first, levels, *roads[0]["steps"][1:]]}
    scheme = make.make_scheme(routes=roads, version=5)
    register = make.make_register(post, cycle=make.make_cycle(post.bureau, scheme), filler=clerk, step="levels")
    row = make.make_row(register, declared_rank=None, level_rank=None)
    html = page(signed, register)
    assert "加一行" not in html
    assert "<textarea" not in html
    prefix = re.search(r'name="(p-[0-9a-f]{32}-)rank"', html).group(1)
    send(signed, row, form_of(html, row), **{f"{prefix}rank": "2", f"{prefix}name": "偷偷改"})
    assert (row.points.get().declared_rank, row.points.get().name) == (2, "越权审批")


def test_nobody_edits_past_the_service(signed, register, clerk):
    """Whatever the page forgets to check, the service refuses."""
    row = make.make_row(register)
    editing.remove_block(block=row, by=clerk)
    assert send(signed, row, {"row_version": ["0"], "matter": ["x"]}).status_code == 409


def test_a_compiled_register_shows_the_rows_below_by_origin_and_its_own(client, post, clerk):
    child = make.make_register(post, filler=clerk)
    make.make_row(child, name="下级的风险点")
    head = make.appoint(post.unit.posts.get(is_head=True))
    parent = make.make_register(post.unit, cycle=child.cycle, filler=head)
    Task.objects.create(register=parent, step=parent.step, round=1, desk=desks.of_user(head.pk))
    Inclusion.objects.create(register=parent, child=child, seal=seals.seal(register=child, by=clerk))
    make.make_row(parent, name="本级的风险点")
    client.force_login(head)
    html = page(client, parent)
    assert html.index("下级的风险点") < html.index("本级的风险点")
    assert "已汇总1张登记表，共1行" in html


def test_rows_are_marked_against_the_version_that_this_one_started_from(signed, register, post, clerk):
    row, gone = make.make_row(register, name="原来的"), make.make_row(register, name="取消的")
    seals.seal(register=register, by=clerk)
    following = make.make_register(post, cycle=register.cycle, version=2, based_on=register, filler=clerk)
    copy_content(source=register, target=following)
    first, second = rows_of(following)
    editing.remove_block(block=second, by=clerk)
    html = page(signed, following)
    assert "未变" in html
    assert "这一版取消的行（1）" in html
    editing.save_block(block=first, by=clerk, seen=0, data=replace(data_of(first), matter="改了"))
    assert "修改</span>" in page(signed, following)
    assert {row.lineage, gone.lineage} == {first.lineage, second.lineage}
