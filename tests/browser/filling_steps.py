"""What a filler types on the filling page: whatever is still empty, by the labels that he sees."""

import re

from playwright.sync_api import Locator, Page

from registers.models import Register

TEXTS = {
    "事项": "日常管理工作",
    "风险点": "越权审批",
    "表现形式": "对不符合条件的申请予以许可",
    "防控措施": "双人审查，集体会签",
}
HEARD_FROM = -1  # the last of the channels: not the preset one


def complete(page: Page, register: Register, step) -> None:
    """Add a row where there is none, and complete all rows and the answers about the subject."""
    if "points" in step.opens and not register.blocks.exists():
        for_power = page.get_by_role("complementary").get_by_role("button", name=re.compile("^加一行"))
        follow(page, (for_power if for_power.count() else page.get_by_role("button", name="加一行")).first)
    for number in range(len(page.get_by_role("form", name=re.compile("^第.+行$")).all())):
        complete_row(page, page.get_by_role("form", name=re.compile("^第.+行$")).nth(number), register)
    head = page.locator("form#head")
    if head.count() and head.get_by_role("radio").count():
        answer(head)
        follow(page, head.get_by_role("button", name="保存"))


def complete_row(page: Page, form: Locator, register: Register) -> None:
    for label, text in TEXTS.items():
        for box in form.get_by_label(re.compile(f"^{label}(必填)?$")).all():
            if not box.input_value():
                box.fill(f"{text}（{register.subject_name}）")
            elif register.round > 1 and label == "表现形式" and "补充" not in box.input_value():
                box.fill(f"{box.input_value()}，补充：自由裁量")
    for select in form.get_by_role("combobox").all():
        name = select.get_attribute("name")
        channel = name.endswith("-channel")
        if channel or (not select.input_value() and wanted(name)):
            options = [option for option in select.locator("option").all() if option.get_attribute("value")]
            if options:
                chosen = options[HEARD_FROM if channel else 0]
                select.select_option(value=chosen.get_attribute("value"))
    answer(form)
    follow(page, form.get_by_role("button", name="保存", exact=True).last)


def wanted(name: str) -> bool:
    return name.endswith(("-kind", "-klass", "-owner")) or name == "r-direct-post"


def answer(place: Locator) -> None:
    """The first answer to every question; the lightest level for the own declaration."""
    for group in place.get_by_role("group").all():
        radios = group.get_by_role("radio")
        if radios.count() and not group.locator("input:checked").count():
            own = "自评等级" in group.inner_text()
            (radios.last if own else radios.first).check()


def follow(page: Page, place: Locator) -> None:
    """Press what leads to another page, and wait until that page is there."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        place.click()
