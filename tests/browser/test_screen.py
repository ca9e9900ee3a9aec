"""A notice on an electronic screen, and the page of a post that a code on a desk leads to, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from registers.models import RiskPoint
from tests.documents.plate_world import in_force
from tests.plumbing.accessibility import assert_accessible
from tests.workflow.notice_world import at_notice, make_notice_world, published
from workflow import seals

FIELDS = ["order", "unit", "post", "power", "step", "kind", "point", "manifestation", "level", "controls"]
SCREENS = {"full": (1920, 1080), "small": (1280, 720), "square": (1280, 1024)}
FITS = """() => {
  const outer = document.querySelector("main").getBoundingClientRect();
  const table = document.querySelector("table").getBoundingClientRect();
  return document.documentElement.scrollWidth <= innerWidth && table.bottom <= outer.bottom + 1;
}"""


@pytest.fixture
def notice(transactional_db):
    world = make_notice_world(fields=FIELDS)
    registers = [at_notice(world.cycle, world.posts[name], rows=5) for name in ("规划管理岗", "施工许可岗")]
    for number, point in enumerate(RiskPoint.objects.all()):
        point.manifestation = "在受理申请时不一次性告知，故意设置障碍、拖延不办，以获取不正当利益；" * (1 + 3 * number)
        point.save()
    for register in registers:
        seals.seal(register=register, by=None)
    return published(world, *registers)


@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS)
def test_every_page_fits_the_screen_and_turns_over_without_script(new_page, notice, size, screenshot):
    page = new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{reverse('public_screen', args=[notice.pk])}?seconds=0")
    count = int(page.locator("header b").inner_text().split("共")[1].strip(" 页"))
    assert count > 2
    for number in range(1, count + 1):
        expect(page.get_by_text(f"第 {number} 页，共 {count} 页")).to_be_visible()
        assert page.evaluate(FITS), f"page {number} runs over"
        screenshot(page, f"screen-{size[0]}-{number}", full_page=False)
        page.get_by_role("link", name="下一页").click()
    expect(page.get_by_text(f"第 1 页，共 {count} 页")).to_be_visible()
    assert_accessible(page)


def test_a_page_turns_by_itself(new_page, notice):
    page = new_page(java_script_enabled=False)
    page.goto(f"{reverse('public_screen', args=[notice.pk])}?seconds=5")
    expect(page.locator("header b")).to_contain_text("第 2 页", timeout=9_000)


def test_the_page_of_a_post_reads_well_on_a_telephone(new_page, transactional_db, screenshot):
    world = make_notice_world()
    in_force(world.cycle, world.posts["规划管理岗"], rows=3)
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(reverse("public_post", args=[world.posts["规划管理岗"].pk]))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    screenshot(page, "public-post")
