"""Two bureaus full of objects, near and far, whose every text begins with a word of its own."""

import itertools
import re
from random import Random
from unittest.mock import patch

from django.utils import timezone

from accounts.models import User
from registers.enums import UnitKind
from registers.models import Block, Cycle, Post, Procedure, ProcedureStep, Register, Responsibility, RiskPoint
from supervision.access import Subject
from supervision.enums import StepKind
from supervision.services import letters
from tests.documents import plate_world
from tests.documents.plate_world import in_force
from tests.factories import (
    appoint,
    make_cycle,
    make_post,
    make_power,
    make_regulation,
    make_row,
    make_section,
    make_user,
)
from tests.matrix.cast import PEOPLE
from tests.plumbing.database import behind_its_back
from tests.workflow import notice_world
from tests.workflow.notice_world import at_notice, published, scheme_with
from tests.world import World, make_world
from workflow import seals
from workflow.acts import new_key
from workflow.enums import Action
from workflow.models import (
    Comment,
    Decision,
    Filing,
    FilingItem,
    Issuance,
    Meeting,
    MeetingAttendee,
    MeetingItem,
    Notice,
    Proposal,
)
from workflow.services import notices

TOKEN = re.compile(r"Zq[a-z]{6}")
AUDIENCES = ("bureau", "section", "society")
PER_ROUND = 46  # objects that one round makes in one bureau, roughly: `make` counts them in the end


class Mint:
    """Words that are given out once."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.given = chance, set()

    def __call__(self, text: str = "内容") -> str:
        while True:
            token = "Zq" + "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz", k=6))
            if token not in self.given:
                self.given.add(token)
                return token + text


def make(mint: Mint, objects: int) -> tuple[World, dict[str, User]]:
    """So many objects in two bureaus: the near one, and identity → person."""
    near, far = make_world("s000", tag="甲"), make_world("s000", tag="乙")
    rounds = max(1, -(-objects // (2 * PER_ROUND)))
    for world in (near, far):
        stocking = Stocking(world, mint)
        places = [patch.object(place, "make_row", stocking._row) for place in (notice_world, plate_world)]
        with places[0], places[1]:
            stocking.fill(rounds)
    people = {who: near.people[name] for who, name in PEOPLE.items()}
    people |= {"foreign_office": far.people["办公室甲"], "foreign_holder": far.people["规划管理岗"]}
    return near, people


class Stocking:
    """Puts objects of all kinds into one bureau."""

    def __init__(self, world: World, mint: Mint) -> None:
        self.world, self.mint, self.office = world, mint, world.people["办公室甲"]
        self.cycles: dict[str, Cycle] = {}
        self.numbers = itertools.count(1)

    def fill(self, rounds: int) -> None:
        group = make_section(self.world.sections["规划股"], "规划一组", kind=UnitKind.GROUP)
        self._in_force(make_post(group, "组内岗"))
        for number in range(rounds):
            section = list(self.world.sections.values())[number % 2]
            post = make_post(section, f"标记岗{number}", duties=self.mint("职责"))
            appoint(post, make_user(f"标记人{number}"))
            self._powers(post, number)
            self._in_force(post)
            self._letters(post)
            self._batches()
            self._notice(section, AUDIENCES[number % 3], number)
        self._own_posts()
        for unit in (self.world.bureau, *self.world.sections.values()):
            unit.duties = self.mint("职责")
            unit.save(update_fields=["duties"])

    def _powers(self, post: Post, number: int) -> None:
        texts = ("content", "legal_basis", "conditions", "procedure_text", "supervision", "discretion")
        power = make_power(
            post, self.mint("职权"), steps=(), published=number % 3 == 0, **{name: self.mint(name) for name in texts}
        )
        procedure = Procedure.objects.create(power=power, name=self.mint("流程"))
        for order in (1, 2):
            step = {"name": self.mint("环节"), "actor": self.mint("承办"), "note": self.mint("说明")}
            ProcedureStep.objects.create(procedure=procedure, order=order, **step)
        regulation = make_regulation(self.world.bureau, self.mint("制度"))
        regulation.note = self.mint("备注")
        regulation._change_reason = self.mint("变更原因")
        regulation.save()
        power.regulations.add(regulation)
        power.name, power._change_reason = self.mint("改名职权"), self.mint("变更原因")
        power.save()

    def _row(self, register: Register, **fields) -> Block:
        """In the place of the factories': every text of the row, before it is sealed, printed, noticed."""
        fields |= {"name": self.mint("风险"), "manifestation": self.mint("表现")}
        block = make_row(register, **fields)
        block.step_text = self.mint("环节")
        block.save()
        Responsibility.objects.create(block=block, height="direct", post=register.post, text=self.mint("责任"))
        for control in block.controls.all():
            control.text = self.mint("措施")
            control.save()
        return block

    def _in_force(self, post: Post) -> None:
        cycle = self._cycle("force")
        register = in_force(cycle, post)
        Register.objects.filter(pk=register.pk).update(change_reason=self.mint("变更事由"))
        RiskPoint.objects.filter(register=register).update(live_rank=1)

    def _own_posts(self) -> None:
        """Registers of the people themselves: being filled in, with what others said of them."""
        for name in ("规划管理岗", "选址审批岗", "施工许可岗"):
            register = at_notice(self._cycle(f"own{name}"), self.world.posts[name], rows=2)
            self._said(register, self.world.people["规划股股长"] if name == "规划管理岗" else None)

    def _said(self, register: Register, by: User | None) -> None:
        decision = Decision.objects.create(
            register=register, step=register.step, step_name="初审", round=1, action=Action.OPINE, by=by,
            by_name="甲", opinion=self.mint("意见"), key=new_key(),
        )  # fmt: skip
        given = {"name": self.mint("建议"), "manifestation": self.mint("表现"), "control": self.mint("措施")}
        Proposal.objects.create(register=register, decision=decision, answer=self.mint("答复"), **given)

    def _submitted(self, register: Register) -> None:
        """As every register that stands at a notice has been: without it nobody else sees what is sealed."""
        Decision.objects.create(
            register=register, step="fill", step_name="自查", round=1, action=Action.SUBMIT, by_name="甲",
            seal=seals.latest(register), key=new_key(),
        )  # fmt: skip

    def _cycle(self, series: str) -> Cycle:
        if series not in self.cycles:
            scheme = self.world.cycle.scheme if series == "force" else scheme_with("bureau")
            self.cycles[series] = make_cycle(self.world.bureau, scheme, year=2026, series=series)
        return self.cycles[series]

    def _letters(self, post: Post) -> None:
        draft = letters.Draft("rectify", self.mint("问题"), source=self.mint("来源"), due_on=timezone.localdate())
        letter = letters.issue(by=self.office, subject=Subject(post.unit, post), draft=draft, key=new_key())
        holder = post.appointments.get().user
        letters.act(letter=letter, by=holder, kind=StepKind.REPLY, text=self.mint("回复"), key=new_key())

    def _batches(self) -> None:
        world, today, number = self.world, timezone.localdate(), str(next(self.numbers))
        common = {"bureau": world.bureau, "cycle": world.cycle}
        meeting = Meeting.objects.create(
            **common, body=self.mint("会议"), held_on=today, number=number, recorded_by=self.office,
            note=self.mint("情况"), absent=self.mint("缺席"),
        )  # fmt: skip
        MeetingAttendee.objects.create(meeting=meeting, name=self.mint("甲"), title=self.mint("局长"))
        register = Register.objects.filter(bureau=world.bureau, post__isnull=False).latest("pk")
        MeetingItem.objects.create(
            meeting=meeting, register=register, outcome="passed", opinion=self.mint("决定"), recused=self.mint("回避")
        )
        Issuance.objects.create(
            **common, number=number, title=self.mint("印发"), issued_on=today, in_force_from=today, by=self.office
        )
        filing = Filing.objects.create(
            bureau=world.bureau, to_unit=world.authority, body=self.mint("县纪委"), number=number, filed_on=today,
            by=self.office,
        )  # fmt: skip
        FilingItem.objects.create(
            register=register, seal=seals.latest(register), bureau=world.bureau, step="issue", body="纪委",
            role="office",
            to_unit=world.authority, filing=filing, receipt_number=self.mint("回执"),
        )  # fmt: skip

    def _notice(self, section, audience: str, number: int) -> None:
        """A notice with comments on it, and a draft."""
        world, kept = self.world, self.world.cycle
        if audience not in self.cycles:
            self.cycles[audience] = make_cycle(world.bureau, scheme_with(audience), year=2026, series=audience)
        world.cycle = self.cycles[audience]
        post = make_post(section, f"公示岗{number}")
        register = at_notice(world.cycle, post, rows=1)
        within = section if audience == "section" else None
        notice = published(world, register, section=within)
        other = at_notice(world.cycle, make_post(section, f"拟稿岗{number}"), rows=1)
        self._submitted(other)
        draft = notices.draft_notice(
            by=self.office, cycle=world.cycle, rule="shown", registers=[other], contact="纪检组", section=within
        )
        with behind_its_back():
            for one in (notice, draft):
                texts = {"title": self.mint("公示"), "body": self.mint("正文"), "contact": self.mint("联系")}
                Notice.objects.filter(pk=one.pk).update(**texts)
        for about in (None, notice.items.get()):
            Comment.objects.create(
                notice=notice, item=about, text=self.mint("意见"), contact=self.mint("联系"), receipt=new_key(),
                answer=self.mint("答复"),
            )  # fmt: skip
        world.cycle = kept
