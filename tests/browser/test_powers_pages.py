"""Pages of powers, schemes and the import in a real browser: accessible, and no wider than a phone."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from registers.enums import RegisterState
from registers.models import Register
from tests import factories
from tests.browser.test_organisation import PASSWORD, PHONE, sign_in
from tests.plumbing.accessibility import assert_accessible
from tests.registers.workbooks import real_workbook

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("LIANZHENG_SHOTS", "")


@pytest.fixture
def world(settings, tmp_path):
    """A bureau of plan 000 with powers of every condition, a register in force and one to import into."""
    settings.MEDIA_ROOT = tmp_path
    bureau = factories.make_bureau("县住房和城乡建设局")
    cycle = factories.make_cycle(bureau, factories.make_scheme("s000"))
    planning, office = factories.make_section(bureau, "规划股"), factories.make_section(bureau, "办公室")
    power = factories.make_power(
        planning,
        "建设工程规划许可证核发",
        steps=("受理", "审查", "决定", "送达"),
        kind="permit",
        area="planning",
        content="对建设工程设计方案进行审查，核发建设工程规划许可证。",
        legal_basis="《中华人民共和国城乡规划法》第四十条",
        time_limit="20个工作日",
        published=True,
    )
    rule = factories.make_regulation(bureau, "规划许可管理制度")
    power.regulations.add(rule)
    factories.make_power(planning, "竣工规划条件核实", kind="permit", major=True)
    register = factories.make_register(planning, "section", cycle=cycle)
    factories.make_row(register, power)
    Register.objects.filter(pk=register.pk).update(state=RegisterState.IN_FORCE)
    factories.make_register(office, "section", cycle=cycle)
    factories.grant(Role.OFFICE, bureau, User.objects.create_user("office", name="办公室主任", password=PASSWORD))
    procedure = power.procedures.get()
    return {
        "powers": reverse("powers"),
        "gaps": reverse("power_gaps"),
        "power": reverse("power", args=[power.pk]),
        "change": reverse("power_change", args=[power.pk]),
        "link": reverse("power_regulations", args=[power.pk]),
        "procedure": reverse("procedure", args=[procedure.pk]),
        "regulations": reverse("regulations"),
        "regulation": reverse("regulation", args=[rule.pk]),
        "schemes": reverse("schemes"),
        "scheme": reverse("scheme", args=[cycle.scheme_id]),
        "import": reverse("import"),
    }


def look(page, name: str) -> None:
    """Accessible on a desk and on a phone; and no part runs out of the phone's side."""
    for width, size in (("desk", {"width": 1280, "height": 900}), ("phone", PHONE)):
        page.set_viewport_size(size)
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
        assert_accessible(page)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{name}: {over} px too wide"


def test_every_page_is_accessible_and_fits_a_phone(page, world):
    sign_in(page, "office")
    for name, url in world.items():
        page.goto(url)
        look(page, name)


def test_a_table_goes_in_by_the_browser(page, world, tmp_path):
    file = tmp_path / "市监局清单.xlsx"
    file.write_bytes(real_workbook("08"))
    sign_in(page, "office")
    page.goto(world["import"])
    page.get_by_label("工作簿").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url("**/import/*/")
    look(page, "preview-errors")
    assert "方案没有“高”这个等级。" in page.content()
    page.get_by_text("列的对应（").click()
    look(page, "preview-columns")
    for word, level in (("高", "一级"), ("中", "二级"), ("低", "三级")):
        page.get_by_label(f"风险等级“{word}”").select_option(label=f"按“{level}”")
    page.get_by_role("button", name="按以上选择重新核对").click()
    page.get_by_role("button", name="确认导入", disabled=False).wait_for()
    page.get_by_role("button", name="不导入").click()
    file.write_bytes(real_workbook("15"))
    page.get_by_label("工作簿").set_input_files(file)
    page.get_by_label("导入到").select_option(label="　办公室")
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url("**/import/*/")
    look(page, "preview")
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_url("**/import/done/*/")
    look(page, "done")


def test_steps_are_written_with_buttons_only(page, world):
    sign_in(page, "office")
    page.goto(world["procedure"])
    page.get_by_role("button", name=re.compile(r"下移\s*第1行")).click()
    page.get_by_role("button", name="增加一行").click()
    page.get_by_label("第5行环节").fill("归档")
    page.get_by_role("button", name="保存").last.click()
    page.wait_for_url("**/powers/*/")
    assert page.locator("td[data-h=环节]").all_inner_texts() == ["审查", "受理", "决定", "送达", "归档"]
