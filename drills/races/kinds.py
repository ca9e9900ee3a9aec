"""Which races there are: who does what at one moment, and what must be so afterwards."""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from audit.models import Event
from drills.races.seats import Act
from drills.races.verbs import Outcome
from jobs.enums import JobState
from jobs.models import Job
from registers.models import Appointment, Block, Post, Register, RiskPoint
from registers.services import appointments
from registers.services.tracking import stamp
from tests.factories import make_user
from tests.races.arena import Arena
from workflow.acts import new_key
from workflow.models import Decision, Seal

HAN = re.compile(r"[一-鿿]{4}")
OVER_HTTP = 8  # every so many-th race on a register goes through the served site
_serial = itertools.count(1)


@dataclass
class Race:
    """``judge`` gets the outcomes in the order of the acts and tells what is wrong."""

    kind: str
    acts: list[Act]
    judge: Callable[["Race", list[Outcome]], Iterator[str]]
    about: int = 0
    keys: list[str] = field(default_factory=list)


def one_winner(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    """Exactly one won; each of the others read a sentence."""
    won = sum(one.how == "won" for one in outcomes)
    if won != 1:
        yield f"{won} 个办成"
    yield from only_sentences(race, outcomes)


def only_sentences(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    for one in outcomes:
        if one.how == "fault":
            yield f"出错：{one.said}"
        elif one.how == "refused" and not HAN.search(str(one.said)):
            yield f"拒绝时没有一句话：{one.said}"


# Registers ------------------------------------------------------------------------------------------------------------


@dataclass
class Ground:
    """Who takes part: the arena's office and holders, two who confirm, the port of the served site."""

    arena: Arena
    confirming: list[int]
    port: int
    chance: random.Random

    def on_register(self, register: Register) -> Race:
        """A race that is possible where the register stands."""
        offices, holder = [user.pk for user in self.arena.office], self.arena.filler(register).pk
        if register.step == "fill":
            return self.chance.choice((self._edits, self._edits, self._edit_and_submit, self._submits))(
                register, holder
            )
        if register.step == "review":
            return self._decided(
                register,
                self.chance.choice(
                    (
                        [("agree", one) for one in offices],
                        [("agree", offices[0]), ("agree", offices[1])],
                        [("agree", offices[0]), ("send_back", offices[1])],
                        [("agree", offices[0]), ("withdraw", holder)],
                        [("send_back", offices[0]), ("withdraw", holder), ("agree", offices[1])],
                    )
                ),
            )
        return self._decided(register, [("send_back", one) for one in offices[:3]])

    def _submits(self, register: Register, holder: int) -> Race:
        return self._decided(register, [("submit", holder)] * 2)

    def _decided(self, register: Register, wanted: list[tuple[str, int]]) -> Race:
        served = self.chance.randrange(OVER_HTTP) == 0
        acts, keys = [], []
        for seat, (act, by) in enumerate(wanted):
            given = {"act": act, "register": register.pk, "by": by, "key": new_key()}
            keys.append(given["key"])
            acts.append(("post", given | {"port": self.port, "seat": str(seat)}) if served else ("decide", given))
        kind = "/".join(act for act, _ in wanted) + (" HTTP" if served else "")
        return Race(kind, acts, decided, register.pk, keys)

    def _edits(self, register: Register, holder: int) -> Race:
        row = _row_of(register)
        names = [f"写法{next(_serial)}" for _ in range(self.chance.choice((2, 2, 3)))]
        acts = [("edit", {"row": row, "by": holder, "name": name}) for name in names]
        return Race("edit/edit", acts, edited, row, names)

    def _edit_and_submit(self, register: Register, holder: int) -> Race:
        name, key = f"写法{next(_serial)}", new_key()
        edit = ("edit", {"row": _row_of(register), "by": holder, "name": name})
        submit = ("decide", {"act": "submit", "register": register.pk, "by": holder, "key": key})
        return Race("edit/submit", [edit, submit], sealed, register.pk, [name])

    # Others -----------------------------------------------------------------------------------------------------------

    def others(self) -> list[Race]:
        """One race of each other kind."""
        return [self._numbers(), self._letters(), self._confirmed(), self._posts(), self._asked(), self._taken()]

    def _numbers(self) -> Race:
        acts = [("number", {"post": self.arena.posts[0].pk, "fails": at % 2 == 1}) for at in range(4)]
        return Race("numbers", acts, different)

    def _letters(self) -> Race:
        posts = self.chance.sample(self.arena.posts, 2)
        acts = [
            ("letter", {"post": post.pk, "by": user.pk, "key": new_key()})
            for post, user in zip(posts, self.arena.office, strict=False)
        ]
        return Race("letters", acts, different)

    def _confirmed(self) -> Race:
        head = next(post for post in self.arena.posts if post.is_head)
        held = appointments.appoint(by=self.arena.office[0], post=head, user=make_user("待任"))
        first, second = self.chance.sample(self.confirming, 2)
        second_act = self.chance.choice(("confirm", "reject"))
        acts = [("confirm", {"row": held.pk, "by": first}), (second_act, {"row": held.pk, "by": second})]
        return Race(f"confirm/{second_act}", acts, confirmed, held.pk)

    def _posts(self) -> Race:
        post = self.chance.choice(self.arena.posts)
        seen, words = stamp(post), [f"职责{next(_serial)}" for _ in range(3)]
        acts = [
            ("change_post", {"post": post.pk, "by": user.pk, "duties": word, "seen": seen})
            for user, word in zip(self.arena.office, words, strict=False)
        ]
        return Race("post/post", acts, changed, post.pk, words)

    def _asked(self) -> Race:
        mark, by = str(next(_serial)), self.arena.office[0].pk
        return Race("ask/ask", [("ask", {"by": by, "mark": mark})] * 2, the_same)

    def _taken(self) -> Race:
        return Race("take/take", [("take", {"worker": f"worker {seat}"}) for seat in range(4)], taken)


def _row_of(register: Register) -> int:
    return Block.objects.filter(register=register, removed_at=None).order_by("order").values_list("pk", flat=True)[0]


# What must be so afterwards -------------------------------------------------------------------------------------------


def decided(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    """The one decision in the database is the winner's."""
    yield from one_winner(race, outcomes)
    found = list(Decision.objects.filter(key__in=race.keys).values_list("key", flat=True))
    won = [key for key, one in zip(race.keys, outcomes, strict=True) if one.how == "won"]
    if found != won:
        yield f"库里有 {len(found)} 条意见，应答办成的是 {len(won)} 条"


def edited(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    """What stands there is what the winner wrote."""
    yield from one_winner(race, outcomes)
    stored = RiskPoint.objects.filter(block=race.about).order_by("order").values_list("name", flat=True)[0]
    won = [name for name, one in zip(race.keys, outcomes, strict=True) if one.how == "won"]
    if won != [stored]:
        yield f"丢了改动：写着“{stored}”，应答办成的是 {won}"


def sealed(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    """The submission always stands; the edit is sealed with it, or was refused."""
    yield from only_sentences(race, outcomes)
    if outcomes[1].how != "won":
        yield "提交没有办成"
        return
    seal = Seal.objects.filter(register=race.about).latest("pk")
    if (race.keys[0] in seal.content) != (outcomes[0].how == "won"):
        yield f"改动{'办成了，却没有' if outcomes[0].how == 'won' else '没有办成，却'}封存"


def confirmed(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    yield from one_winner(race, outcomes)
    row = Appointment.objects.get(pk=race.about)
    verbs = ["appointment.confirm", "appointment.reject"]
    told = list(Event.objects.filter(object_id=row.pk, verb__in=verbs).values_list("verb", flat=True))
    won = [f"appointment.{verb}" for (verb, _), one in zip(race.acts, outcomes, strict=True) if one.how == "won"]
    if told != won or row.pending != (told == verbs[1:]):
        yield f"记录 {told}，应答办成的是 {won}，待确认 {row.pending}"


def changed(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    yield from one_winner(race, outcomes)
    stored = Post.objects.get(pk=race.about).duties
    won = [word for word, one in zip(race.keys, outcomes, strict=True) if one.how == "won"]
    if won != [stored]:
        yield f"丢了改动：写着“{stored}”，应答办成的是 {won}"


def different(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    """Whether they follow on each other without a gap is asked at the end."""
    yield from only_sentences(race, outcomes)
    given = [one.said for one in outcomes if one.how == "won"]
    wanted = sum(not act[1].get("fails") for act in race.acts)
    if len(given) != wanted or len(set(given)) != wanted:
        yield f"编号 {given}"


def the_same(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    yield from only_sentences(race, outcomes)
    if len({one.said for one in outcomes}) != 1:
        yield f"同一件事成了两项任务：{outcomes}"


def taken(race: Race, outcomes: list[Outcome]) -> Iterator[str]:
    """One worker has it; then it is over, for the next race."""
    yield from only_sentences(race, outcomes)
    got = [one.said for one in outcomes if one.said]
    if len(got) != 1:
        yield f"一项任务，{len(got)} 个工作进程领走"
    Job.objects.filter(state=JobState.RUNNING).update(state=JobState.DONE, live_key=None, lease_until=None)
