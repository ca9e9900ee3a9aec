"""A bureau changes a paper of the plan: at once on every rendering, checked, guarded, told, and given up again."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers.models import FormLayout
from registers.schemes import layouts
from registers.schemes.faults import SchemeError
from registers.schemes.store import spec_of
from registers.services.layouts import change_layout, reset_layout
from registers.services.tracking import Outdated
from tests import factories
from tests.documents.test_forms import make_ground, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    cycle, bureau, section, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    sealed(register)
    return cycle.scheme, bureau, register, factories.grant(Role.OFFICE, bureau)


def body(scheme, key: str = "form1", **changes) -> dict:
    return layouts.body_of(spec_of(scheme).form(key)) | changes


def change(ground, key: str = "form1", seen: int = 0, **changes) -> FormLayout:
    scheme, bureau, _, office = ground
    return change_layout(by=office, bureau=bureau, scheme=scheme, key=key, body=body(scheme, key, **changes), seen=seen)


def columns(*pairs) -> list[dict]:
    return [{"key": key, "title": title, "width": 10, "group": ""} for key, title in pairs]


def test_the_screen_the_files_and_the_shell_print_the_bureaus_own_form(ground, client, tmp_path):
    scheme, bureau, register, office = ground
    change(
        ground, number="附表一", title="{bureau}岗位风险表", columns=columns(("order", "号"), ("point", "风险在哪里"))
    )
    client.force_login(office)
    page = client.get(reverse("paper_html", args=[register.pk, "form1"])).content.decode()
    assert "附表一" in page
    assert f"{bureau.name}岗位风险表" in page
    assert "风险在哪里" in page
    assert "表现形式</th>" not in page
    assert "附表一 岗位风险表" in client.get(reverse("register", args=[register.pk])).content.decode()
    out = tmp_path / "a.html"
    call_command("export_form", form="form1", subject=register.pk, format="html", out=out)
    assert "风险在哪里" in out.read_text("utf-8")
    assert reverse("paper_html", args=[register.pk, "form4"]) in page, "the other papers stay"


def test_another_bureau_and_another_scheme_keep_the_plans_form(ground):
    scheme, *_ = ground
    change(ground, number="附表一")
    other = factories.make_bureau("县水务局")
    assert layouts.spec_for(scheme, other.pk) is spec_of(scheme)


def test_a_list_is_printed_in_the_bureaus_own_form(ground, client):
    scheme, bureau, _, office = ground
    change(ground, "ledger", title="{bureau}工作总台账")
    client.force_login(office)
    assert "工作总台账" in client.get(reverse("lists")).content.decode()
    page = client.get(reverse("list_html", args=[bureau.pk, "s000", "ledger"])).content.decode()
    assert f"{bureau.name}工作总台账" in page


def test_an_opinion_cell_is_filled_by_the_steps_that_the_bureau_names(ground):
    scheme, _, register, _ = ground
    change(ground, opinions=[{"label": "填表人", "steps": ["find"], "seal": True}])
    (box,) = layouts.form_of(register, "form1").opinions
    assert (box.label, box.steps, box.seal) == ("填表人", ("find",), True)


@pytest.mark.parametrize(
    "changes,message",
    [
        ({"columns": []}, "至少要有一列"),
        ({"columns": columns(("nothing", "无"))}, "没有叫“nothing”的列"),
        ({"columns": columns(("point", "一"), ("point", "二"))}, "重复"),
        ({"title": ""}, "不能为空"),
        ({"title": "{nobody}表"}, "不能用 {nobody}"),
        ({"head": ["unit", "unit"]}, "重复"),
        ({"opinions": [{"label": "甲", "steps": [], "seal": False}]}, "由哪一步的意见填入"),
        ({"opinions": [{"label": "甲", "steps": ["county_office"], "seal": False}]}, "没有叫“county_office”的步骤"),
        ({"columns": [{"key": "point", "title": "点", "width": 0, "group": ""}]}, "列宽应在"),
    ],
)
def test_the_same_checks_as_in_a_scheme_file(ground, changes, message):
    with pytest.raises(SchemeError, match=message):
        change(ground, **changes)
    assert not FormLayout.objects.exists()


def test_what_a_paper_is_made_of_stays_the_plans(ground):
    change(ground, number="一", scope="bureau", over="powers")
    form = layouts.form_of(ground[2], "form1")
    assert (form.key, form.scope, form.over, form.number) == ("form1", "post", "register", "一")


def test_who_did_not_see_the_last_change_is_refused(ground):
    change(ground, number="一")
    with pytest.raises(Outdated):
        change(ground, number="二", seen=0)
    with pytest.raises(Outdated):
        reset_layout(by=ground[3], bureau=ground[1], scheme=ground[0], key="form1", seen=0)
    change(ground, number="二", seen=1)
    assert layouts.form_of(ground[2], "form1").number == "二"


def test_each_change_is_one_event_with_before_and_after_and_no_change_is_none(ground):
    change(ground, number="一")
    change(ground, seen=1, number="一")
    event = Event.objects.get(verb="layout.change")
    assert event.detail["changed"] == [{"field": "附件号", "old": "附件1", "new": "一"}]
    reset_layout(by=ground[3], bureau=ground[1], scheme=ground[0], key="form1", seen=1)
    event = Event.objects.get(verb="layout.reset")
    assert event.detail["changed"] == [{"field": "附件号", "old": "一", "new": "附件1"}]
    assert layouts.form_of(ground[2], "form1") == spec_of(ground[0]).form("form1")
    with pytest.raises(NotNow):
        reset_layout(by=ground[3], bureau=ground[1], scheme=ground[0], key="form1", seen=0)


def test_only_the_office_of_the_bureau_may(ground):
    scheme, bureau, _, _ = ground
    stranger = factories.grant(Role.OFFICE, factories.make_bureau("县水务局"))
    for user in (stranger, factories.grant(Role.DISCIPLINE, bureau)):
        with pytest.raises(NotAllowed):
            change_layout(by=user, bureau=bureau, scheme=scheme, key="form1", body=body(scheme), seen=0)


def test_a_layout_that_a_newer_edition_does_not_bear_is_left_aside(ground):
    scheme, bureau, register, _ = ground
    stale = body(scheme) | {"opinions": [{"label": "甲", "steps": ["gone"], "seal": False}]}
    FormLayout.objects.create(bureau=bureau, scheme_key=scheme.key, form_key="form1", body=json.dumps(stale))
    FormLayout.objects.create(bureau=bureau, scheme_key=scheme.key, form_key="gone", body="{}")
    assert layouts.form_of(register, "form1") == spec_of(scheme).form("form1")


# The page -------------------------------------------------------------------------------------------------------------


def typed(scheme, key: str = "form1", **more) -> dict:
    """What the page sends when nothing was changed."""
    form = spec_of(scheme).form(key)
    given = {
        "version": "0",
        "number": form.number,
        "title": form.title,
        "feet": "",
        "c_on": [],
        "h_on": list(form.head),
    }
    for n, one in enumerate(form.columns, 1):
        given["c_on"].append(one.key)
        given |= {f"c_order_{one.key}": n, f"c_title_{one.key}": one.title, f"c_width_{one.key}": one.width}
    for n, key in enumerate(form.head, 1):
        given |= {f"h_order_{key}": n, f"h_title_{key}": form.head_titles.get(key, "")}
    for n, cell in enumerate(form.opinions, 1):
        given |= {f"o_label_{n}": cell.label, f"o_steps_{n}": list(cell.steps)} | (
            {f"o_seal_{n}": "1"} if cell.seal else {}
        )
    return given | more


@pytest.fixture
def page(ground, client):
    client.force_login(ground[3])
    return reverse("form_layout", args=[ground[1].pk, "s000", "form1"])


def test_the_page_sent_as_it_is_changes_nothing(ground, client, page):
    assert client.post(page, typed(ground[0], do="save")).status_code == 302
    assert not FormLayout.objects.exists()


def test_the_bureaus_name_in_a_title_is_typed_in_chinese(ground, client, page):
    assert "{单位}岗位廉政风险点" in client.get(page).content.decode()
    client.post(page, typed(ground[0], do="save", title="{单位}岗位排查表"))
    assert layouts.form_of(ground[2], "form1").title == "{bureau}岗位排查表"
    again = client.get(page).content.decode()
    assert "{单位}岗位排查表" in again
    assert "{bureau}" not in again


def test_columns_come_in_the_order_of_their_numbers_and_without_tick_not_at_all(ground, client, page):
    given = typed(ground[0], do="save", c_order_responsible="1.5")
    given["c_on"].remove("step")
    client.post(page, given)
    keys = [one.key for one in layouts.form_of(ground[2], "form1").columns]
    assert keys == ["order", "responsible", "power", "kind", "point", "manifestation", "controls"]


def test_a_preview_shows_a_real_register_and_writes_nothing(ground, client, page):
    given = typed(ground[0], do="preview", c_title_point="风险在哪里")
    shown = client.post(page, given).content.decode()
    assert "风险在哪里</th>" in shown
    assert "越权审批" in shown
    assert "改动还没有保存" in shown
    fragment = client.post(page, given | {"do": "fragment"}).content.decode()
    assert "风险在哪里</th>" in fragment
    assert "<html" not in fragment
    assert not FormLayout.objects.exists()
    assert not Event.objects.filter(verb="layout.change").exists()


def test_a_wrong_width_is_said_with_its_column_and_what_was_typed_stays(ground, client, page):
    answer = client.post(page, typed(ground[0], do="save", c_width_point="很宽", number="附表九"))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "列“风险内容”：列宽应在 2 到 100 之间" in said
    assert 'value="附表九"' in said


def test_a_second_person_learns_that_somebody_was_faster(ground, client, page):
    client.post(page, typed(ground[0], do="save", number="一"))
    answer = client.post(page, typed(ground[0], do="save", number="二"))
    assert answer.status_code == 409
    assert "已由别人改动" in answer.content.decode()
    assert layouts.form_of(ground[2], "form1").number == "一"


def test_the_page_tells_who_changed_what_and_leads_back_to_the_plan(ground, client, page):
    client.post(page, typed(ground[0], do="save", number="附表一"))
    said = client.get(page).content.decode()
    assert "改动记录" in said
    assert "附表一" in said
    reset = reverse("form_layout_reset", args=[ground[1].pk, "s000", "form1"])
    assert reset in said
    assert client.post(reset, {"version": "1"}).status_code == 302
    assert not FormLayout.objects.exists()
    assert "恢复" not in client.get(page).content.decode().split("改动记录")[0]


def test_the_list_of_papers_marks_those_that_were_changed(ground, client, page):
    change(ground, number="附表一")
    said = client.get(reverse("form_layouts")).content.decode()
    assert said.count("本单位已改") == 1
    assert "附表一 岗位廉政风险点查找和防控措施表" in said


def test_the_page_takes_few_queries(ground, client, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        client.get(page)
