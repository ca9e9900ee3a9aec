"""Forms that need a state of their own: filings, meetings, documents, closings. Making it takes some seconds."""

from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from drills.road.pages import BEGINNING, ENDING, FIRST, LAST, TODAY, WORD, Act
from registers.models import Register
from tests.documents.plate_world import in_force
from tests.factories import make_cycle, make_post, make_section
from tests.matrix.cast import Cast, session_of
from tests.races.arena import FILL, ISSUE, MEETING, NOTICE, Arena, make_arena, submit_all
from tests.roads import fresh, register_at, step_once
from tests.workflow.notice_world import at_notice, let_end, published, scheme_with
from tests.world import make_world
from workflow.acts import new_key
from workflow.models import FilingItem
from workflow.services import filings

# The addresses of these forms.
NAMES = {
    "cycle_close", "cycle_pairs", "filing", "filings", "issuance_new", "letter_new", "meeting_record", "notice_close",
    "notice_new", "post_close", "power_add", "register_new_version", "unit_close",
}  # fmt: skip


def make_rare(cast: Cast) -> list[Act]:
    """The states, and the acts that wait in them."""
    acts = [*_organisation(cast), *_papers(cast), *_batches(cast), *_filings(cast)]
    assert {act.name for act in acts} == NAMES
    return acts


def _organisation(cast: Cast) -> list[Act]:
    near = cast.near
    unit = make_section(near.bureau, "闲置股")
    post = make_post(near.sections["规划股"], "闲置岗")
    cycle = make_cycle(near.bureau, near.cycle.scheme, year=2027, series="闲置")
    exchange = make_world("s003", tag="丁")
    cast.sessions["exchange_office"] = session_of(exchange.people["办公室甲"])
    pairs = reverse("cycle_pairs", args=[exchange.cycle.pk])
    power = {"name": "新职权", "kind": FIRST} | BEGINNING
    return [
        Act("post_close", "office", at=reverse("post_close", args=[post.pk]), typed=ENDING),
        Act("unit_close", "office", at=reverse("unit_close", args=[unit.pk]), typed=ENDING),
        Act("power_add", "office", at=f"{reverse('power_add')}?unit={unit.pk}", typed=power),
        Act("cycle_pairs", "exchange_office", at=pairs, typed={"unit": FIRST, "by_unit": LAST}),
        Act("cycle_close", "office", at=reverse("cycle_close", args=[cycle.pk])),
    ]


def _papers(cast: Cast) -> list[Act]:
    near = cast.near
    asked = urlencode({"post": near.posts["规划管理岗"].pk, "kind": "rectify"})
    typed = {"facts": WORD, "source": "每月检查", "demand": WORD, "due_on": TODAY}
    post = make_post(near.sections["规划股"], "生效岗")
    register = in_force(near.cycle, post)
    change = reverse("register_new_version", args=[register.pk])
    noticed = make_post(near.sections["规划股"], "期满公示岗")
    inner = make_cycle(near.bureau, scheme_with("bureau"), year=2028, series="期满")
    other = replace(near, cycle=inner)
    over = let_end(published(other, at_notice(inner, noticed, rows=1)))
    return [
        Act("letter_new", "office", at=f"{reverse('letter_new')}?{asked}", button=("act", "issue"), typed=typed),
        Act("register_new_version", "office", at=change, typed={"opinion": WORD}),
        Act("notice_close", "office", at=reverse("notice", args=[over.pk])),
    ]


def _batches(cast: Cast) -> list[Act]:
    arenas = {
        kind: make_arena(3, steps=[FILL, step, *more], version=number)
        for kind, step, more, number in (
            ("meeting", MEETING, [ISSUE], 31),
            ("issue", ISSUE, [], 32),
            ("notice", NOTICE, [ISSUE], 33),
        )
    }
    for kind, arena in arenas.items():
        cast.sessions[f"{kind}_office"] = session_of(arena.office[0])
        submit_all(arena)
    meeting = {"number": "纪要1", "guests": "主任 甲"}
    notice = f"{reverse('notice_new')}?{urlencode({'cycle': arenas['notice'].cycle.pk, 'rule': 'within'})}"
    return [
        Act("meeting_record", "meeting_office", at=_chosen("meeting_record", arenas["meeting"]), typed=meeting),
        Act("issuance_new", "issue_office", at=_chosen("issuance_new", arenas["issue"])),
        Act("notice_new", "notice_office", at=notice, typed={"contact": "纪检组"}),
    ]


def _chosen(name: str, arena: Arena) -> str:
    """The page of an act on all registers of the arena."""
    registers = [("r", row.pk) for row in Register.objects.filter(cycle=arena.cycle)]
    return f"{reverse(name)}?{urlencode([('cycle', arena.cycle.pk), *registers])}"


def _filings(cast: Cast) -> list[Act]:
    """A register of plan 000 that is owed to two bodies: to one it is handed in, the other waits for the letter."""
    world = make_world("s000", tag="丙")
    register = register_at(world, "bureau", "compile")
    step_once(register)
    office, items = world.people["办公室甲"], FilingItem.objects.filter(register=fresh(register))
    handed = {"by": office, "cycle": world.cycle, "filed_on": timezone.localdate(), "key": new_key()}
    letter = filings.file(items=list(items.filter(role="party_group")), **handed)
    cast.sessions |= {"filing_office": session_of(office), "receiver": session_of(world.people["上级党委"])}
    receipt = {"number": "备1", "received_on": TODAY, "*": FIRST}
    return [
        Act("filings", "filing_office", typed={"filed_on": TODAY, "*": FIRST}),
        Act("filing", "receiver", at=reverse("filing", args=[letter.pk]), typed=receipt),
    ]
