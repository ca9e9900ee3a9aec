"""The pages that people look at all day, by name: who opens which address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from benchmarks.ground import Ground
from benchmarks.measure import Measure
from benchmarks.requests import QueryCount, client_of, measure_request
from registers.schemes.store import spec_of

Found = tuple[User | None, str]


@dataclass(frozen=True)
class Page:
    """A page; ``goal_ms`` is the CPU that it may cost."""

    name: str
    note: str
    find: Callable[[Ground], Found]
    goal_ms: float = 20


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


PAGES = (
    Page("home", "办公室的待办", lambda g: (g.office, at("home"))),
    Page("home_post", "在岗人员的待办", lambda g: (g.holder, at("home"))),
    Page("done", "办公室的已办，50 行", lambda g: (g.office, at("done"))),
    Page("tree", "单位与岗位：整个单位", lambda g: (g.office, at("unit", g.bureau.pk))),
    Page("tree_above", "单位与岗位：上级看全部单位", lambda g: (g.above, at("units"))),
    Page("unit", "一个股室及其岗位", lambda g: (g.office, at("unit", g.section.pk))),
    Page("post", "一个岗位", lambda g: (g.office, at("post", g.post.pk))),
    Page("register", "办理中的登记表，5 个风险点", lambda g: (g.office, at("register", g.moving.pk))),
    Page("register_force", "生效的登记表", lambda g: (g.office, at("register", g.in_force.pk))),
    Page("register_above", "上级看同一张登记表", lambda g: (g.above, at("register", g.in_force.pk))),
    Page("fill", "填写页，6 行", lambda g: (g.holder, at("register_fill", g.filled.pk)), 30),
    Page("versions", "版本对比", lambda g: (g.office, at("register_versions", g.in_force.pk))),
    Page("ledger", "台账，50 行，一个单位", lambda g: (g.office, at("ledger"))),
    Page("ledger_above", "台账，50 行，上级看全部单位", lambda g: (g.above, at("ledger"))),
    Page("ledger_text", "台账按文字筛选", lambda g: (g.above, at("ledger") + "?text=材料")),
    Page("powers", "职权清单", lambda g: (g.office, at("powers"))),
    Page("powers_above", "职权清单，上级看全部单位", lambda g: (g.above, at("powers"))),
    Page("cycle", "周期看板", lambda g: (g.office, at("cycle", g.cycle.pk))),
    Page("cycle_list", "周期的登记表，50 行", lambda g: (g.office, at("cycle_registers", g.cycle.pk))),
    Page("cycles_above", "上级的周期列表", lambda g: (g.above, at("cycles"))),
    Page("notices", "公示办理", lambda g: (g.office, at("notices"))),
    Page("meeting_new", "会议选登记表", lambda g: (g.office, at("meeting_new") + f"?cycle={g.cycle.pk}")),
    Page("issuance_new", "印发选登记表", lambda g: (g.office, at("issuance_new") + f"?cycle={g.cycle.pk}")),
    Page("filings", "备案", lambda g: (g.office, at("filings"))),
    Page("scheme", "方案说明", lambda g: (g.office, at("scheme", g.cycle.scheme_id))),
    Page("public", "公示首页", lambda g: (None, at("public"))),
    Page("public_notice", "公示及其表格", lambda g: (None, at("public_notice", g.notice.pk))),
    Page("public_item", "公示中的一张表", lambda g: (None, at("public_item", g.notice.pk, g.notice.items.first().pk))),
    Page("paper", "登记表的纸面预览", lambda g: (g.office, at("paper_html", g.in_force.pk, form_of(g)))),
)


def form_of(ground: Ground) -> str:
    """The first form of that register."""
    register = ground.in_force
    return spec_of(register.scheme).forms_of(register.scope)[0].key


def measures(ground: Ground) -> Iterator[tuple[str, Callable[[], Measure]]]:
    """Every page, measured when asked for."""
    for page in PAGES:
        yield page.name, lambda page=page: _measure(page, ground)


def _measure(page: Page, ground: Ground) -> Measure:
    user, url = page.find(ground)
    return measure_request(page.name, client_of(user), url, page.note)


def first_visit(ground: Ground) -> Measure:
    """The queries of a post holder who opens his filling page for the first time, and becomes its filler."""
    register, user = ground.fresh
    client, counted = client_of(user), QueryCount()
    client.get(at("home"))
    with transaction.atomic():
        with connection.execute_wrapper(counted):
            response = client.get(at("register_fill", register.pk))
        transaction.set_rollback(True)
    assert response.status_code == 200, f"fill_first: {response.status_code}"
    return Measure("fill_first", queries=counted.count, bytes=len(response.content), note="填写页，首次打开（领取）")
