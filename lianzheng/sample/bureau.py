"""The story of the sample bureau: a finished trial, the present cycle half way, and somebody at every step of it."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from lianzheng.sample import clock, filling, material, organisation
from lianzheng.sample.clock import Clock
from lianzheng.sample.organisation import Body
from lianzheng.sample.road import Road, ids_of, notice_end
from registers.models import Cycle, Register, Scheme
from supervision.access import Subject
from supervision.enums import StepKind
from supervision.models import Letter
from supervision.services import letters
from supervision.services.letters import Draft
from workflow import engine
from workflow.acts import Act, new_key
from workflow.enums import Action
from workflow.models import Notice
from workflow.services import comments, cycles, deciding
from workflow.services import filling as fillings

DAY = datetime.timedelta(days=1)


@dataclass
class Story:
    clock: Clock
    body: Body
    road: Road
    scheme: Scheme

    def posts(self, cycle: Cycle, *keys: str) -> list[int]:
        return ids_of(cycle, "post", self.body.post_ids(*keys))

    def sections(self, cycle: Cycle, *keys: str) -> list[int]:
        return ids_of(cycle, "section", units=[self.body.units[key].pk for key in keys])

    def register(self, cycle: Cycle, key: str) -> Register:
        """The register of the post that this user holds."""
        return Register.objects.get(pk=self.posts(cycle, key)[0])

    def after_notice(self, cycle: Cycle) -> None:
        """Go to the day on which the open notices can be ended."""
        end = notice_end(cycle)
        if end:
            self.clock.reach(end + DAY)


@transaction.atomic
def load() -> Body:
    """Load the sample bureau, all or nothing. The schemes must have been loaded before (`load_scheme`).

    Raises Scheme.DoesNotExist without them.
    """
    data = material.read("bureau.json")
    scheme = Scheme.objects.filter(key=data["scheme"]).order_by("-version").first()
    if scheme is None:
        raise Scheme.DoesNotExist(data["scheme"])
    with clock.running() as running:
        running.begin(-420)
        body = organisation.found(data)
        story = Story(running, body, Road(body), scheme)
        _trial(story)
        running.go(-72)
        organisation.grow(body)
        cycle = _open_present(story)
        _forerunners(story, cycle)
        _followers(story, cycle)
        _letters(story)
        running.reach(running.today)
        _today(story, cycle)
        audit.record(verb="sample.load", bureau=body.bureau.pk, target=body.bureau, scheme=scheme.key)
    return body


def _start(story: Story, name: str, dates: dict[str, datetime.date]) -> Cycle:
    """A new cycle whose deadlines the office moves to these days, and its registers."""
    office, today = story.road.office(), timezone.localdate()
    cycle = cycles.start_cycle(
        by=office, scheme=story.scheme, bureau=story.body.bureau, name=name, year=today.year, starts_on=today
    )
    for date in cycle.dates.filter(key__in=dates):
        cycles.move_date(by=office, date=date, due_on=dates[date.key], reason="按本局进度安排")
    cycles.open_registers(by=office, cycle=cycle)
    return cycle


def _trial(story: Story) -> None:
    """The finished cycle: two sections and the leaders tried it; posts, then sections, then the whole bureau."""
    now = story.clock
    now.go(-410)
    year = timezone.localdate().year
    dates = {"find_tables": now.day(-395), "level_tables": now.day(-370)}
    cycle = _start(story, f"{year}年试点", dates)
    for scope, first, later in (("post", -400, -372), ("section", -365, -340), ("bureau", -330, -305)):
        now.go(first)
        ids = ids_of(cycle, scope)
        story.road.walk(ids, "levels")
        story.after_notice(cycle)
        story.road.walk(ids, "levels")
        now.go(later)
        story.road.walk(ids, "issued")
    now.go(-290)
    cycles.close_cycle(by=story.road.office(), cycle=cycle)


def _open_present(story: Story) -> Cycle:
    """The present cycle: the tables of the first deadline are due in a few days, those of the second a little later."""
    now = story.clock
    now.go(-60)
    dates = {"find_tables": now.day(3), "level_tables": now.day(10)}
    return _start(story, f"{now.today.year}年度", dates)


def _forerunners(story: Story, cycle: Cycle) -> None:
    """Those who are far: in force again, before the meeting, filling in levels."""
    now, road = story.clock, story.road
    now.go(-56)
    quick = story.posts(cycle, "guihua", "jianguan", "zaojia", "fangchan-guzhang", "yushou-xuke")
    road.walk(quick, "peers")
    _propose(story, cycle)
    now.go(-52)
    road.walk(quick, "office")
    now.go(-49)
    road.walk(quick, "notice")
    now.go(-46)
    road.walk(quick, "levels")  # publishes
    story.after_notice(cycle)
    road.walk(quick, "levels")
    now.go(-26)
    road.walk(story.posts(cycle, "guihua"), "issue")
    road.walk(story.posts(cycle, "jianguan-guzhang", "hetong-beian"), "issue")
    road.walk(story.posts(cycle, "zhaobiao", "shigong-xuke", "qiye-zizhi"), "meeting")
    now.go(-20)
    road.walk(story.posts(cycle, "guihua"), "issued")


def _propose(story: Story, cycle: Cycle) -> None:
    """A colleague proposes a point on a register; its filler has not answered yet."""
    register = engine.locked(story.register(cycle, "shigong-xuke").pk)
    step = engine.step_of(register)
    proposals = tuple(story.body.data["proposals"])
    user = story.road.person(register, Action.OPINE)
    deciding.opine(register=register, by=user, act=Act(opinion="建议补充一个风险点。", proposals=proposals))
    assert step.proposes


def _followers(story: Story, cycle: Cycle) -> None:
    """Those in the middle: an open notice with comments, audits, first reviews (two of them late), a confirmation."""
    now, road = story.clock, story.road
    gas = story.posts(cycle, "ranqi", "zijin-jianguan", "wuye-jiandu")
    now.go(-18)
    road.walk(story.sections(cycle, "guihua"), "office")
    road.walk(gas, "discipline")
    road.walk(story.posts(cycle, "zhian-zhanzhang", "anjian-shenli"), "office")
    now.go(-14)
    road.walk(story.sections(cycle, "guihua"), "notice")
    road.walk(gas, "notice")
    now.go(-6)
    road.walk(story.posts(cycle, "zaojia-zhanzhang"), "discipline_levels")
    road.walk(story.posts(cycle, "zaojia-shenhe"), "office_levels")
    road.walk(story.posts(cycle, "anquan-jiandu"), "office")
    _send_back(story, cycle, "anquan-jiandu", "隐患不查的表现没有写到具体环节。", now.day(-2))
    now.go(-4)
    road.walk(story.sections(cycle, "jianguan"), "peers")
    road.walk(story.posts(cycle, "zhifa-dadui", "juzhang"), "discipline")
    road.walk(story.posts(cycle, "zhifa1", "wenshu", "caiwu", "jijian-zuzhang"), "office")
    road.walk(story.posts(cycle, "renshi", "kancha-guzhang", "bangongshi-zhuren"), "peers")
    now.go(-3)
    shown = story.posts(cycle, "ranqi") + story.sections(cycle, "guihua")
    rows = list(Register.objects.filter(pk__in=shown).select_related("scheme", "cycle", "bureau"))
    notice = road.publish(rows, engine.step_of(rows[0]))
    road.submit(story.register(cycle, "zhiliang-jia"), confirm=False)
    _withdraw(story, cycle)
    now.go(-1)
    _comment(notice)
    _send_back(story, cycle, "caiwu", "票据管理和大额支付两个环节没有写清怎样发生。", now.day(2))


def _send_back(story: Story, cycle: Cycle, key: str, opinion: str, limit: datetime.date) -> None:
    """The office returns a table that does not go deep enough, to be mended until that day."""
    story.road.send_back(story.register(cycle, key), "find", "shallow", opinion, limit)


def _withdraw(story: Story, cycle: Cycle) -> None:
    """Somebody took his submission back to put it right."""
    register = story.register(cycle, "cunzhen-jianshe")
    story.road.submit(register)
    register.refresh_from_db()
    fillings.withdraw(register=register, by=register.filler, act=Act(opinion="漏写一项，补充后再交。"))


def _comment(notice: Notice) -> None:
    items = list(notice.items.order_by("pk"))
    for number, text in enumerate(material.comments()):
        comments.add_comment(notice=notice, item=items[number], text=text, address=f"192.0.2.{number + 1}")


def _letters(story: Story) -> None:
    """Two letters of supervision: one answered, one that still waits for its answer."""
    body, now = story.body, story.clock
    for key, kind, by, facts in story.body.data["letters"]:
        post = body.posts[key]
        draft = Draft(
            kind,
            facts,
            source="每月检查",
            demand="请查明原因，逐条落实防控措施。",
            due_on=now.day(4) if kind == "rectify" else None,
        )
        subject = Subject(post.unit, post)
        letters.issue(by=body.people[by], subject=subject, draft=draft, key=new_key())
    first = Letter.objects.earliest("pk")
    user = body.people[story.body.data["letters"][0][0]]
    letters.act(letter=first, by=user, kind=StepKind.REPLY, text=story.body.data["letter_reply"], key=new_key())


def _today(story: Story, cycle: Cycle) -> None:
    """Drafts: a register half filled in, and levels that are being declared."""
    register = story.register(cycle, "cheliang")
    user = story.body.people["cheliang"]
    register = fillings.claim(register=register, by=user)
    filling.write_points(register, user, story.body, most=1)
    register = story.register(cycle, "gongchengkuan")
    fillings.claim(register=register, by=story.body.people["gongchengkuan"])
