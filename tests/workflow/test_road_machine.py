"""Any people doing anything in any order: the program goes where an independent model says, and nowhere else.

The model (`road_model`) is told from the scheme's JSON. After every act: no step skipped, nobody has judged his own
register, sealed content is what it was, one decision has one event, numbers are unique.
"""

import datetime
import json
import os

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.exceptions import Refused
from accounts.roles import Role
from audit.models import Event
from registers.content import digest
from registers.models import Register, RiskPoint
from tests.factories import grant, scheme_text
from tests.plumbing.database import WHOLE, on_postgresql
from tests.workflow.road_model import HEADS, UNITS, expected
from tests.world import World, fill, make_world
from workflow.acts import Act
from workflow.enums import ItemOutcome
from workflow.models import Decision, Filing, FilingItem, Issuance, Notice, Seal
from workflow.services import cycles, deciding, filings, filling, issuing, meetings, notices

EXAMPLES = int(os.environ.get("EXAMPLES", "2" if on_postgresql() and not WHOLE else "4"))  # a new choice every time
STEPS = int(os.environ.get("STEPS", "40"))
ACTIONS = ("submit", "withdraw", "opine", "agree", "send_back", "recompile")
PEOPLE = (
    *[name for names in UNITS.values() for name in names],
    "办公室甲", "办公室乙", "纪检组组长", "领导小组甲", "领导小组乙", "党组书记", "主要领导", "公示员",
    "上级办公室", "上级领导小组", "上级纪委", "上级党委",
)  # fmt: skip


class Road(RuleBasedStateMachine):
    """The registers of 规划股 (its posts and the section) and one of the leadership, under any acts."""

    world: World
    text: str

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.contents: dict[int, str] = {}
        self.models: dict[int, object] = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def open_registers(self):
        world = self.world
        if any(step["kind"] == "exchange" for route in self._raw()["routes"] for step in route["steps"]):
            for unit, other in (("规划股", "建筑管理股"), ("建筑管理股", "规划股")):
                cycles.choose_pair(
                    by=world.people["办公室甲"],
                    cycle=world.cycle,
                    unit=world.sections[unit],
                    by_unit=world.sections[other],
                )
        for register in Register.objects.select_related("unit", "post").order_by("pk"):
            unit = register.unit.name if register.unit.name in UNITS else None
            if unit in ("规划股", "局领导") or unit is None and not self._scope(register.scope).get("compiles"):
                self.models[register.pk] = expected(self.text, register.scope, register.subject_name, unit)
        for pk, model in self.models.items():
            if model.scope.get("compiles") and model.unit:
                section = Register.objects.get(pk=pk)
                below = Register.objects.filter(scope__in=model.scope["compiles"], section=section.section_id)
                model.children = [self.models[child.pk] for child in below]

    def _raw(self):
        return json.loads(self.text)

    def _scope(self, key: str) -> dict:
        return next(scope for scope in self._raw()["scopes"] if scope["key"] == key)

    @rule(n=st.integers(0, 99), person=st.sampled_from(PEOPLE), action=st.sampled_from(ACTIONS))
    def anybody_tries_anything(self, n, person, action):
        self._try(self._pick(n), person, action)

    @rule(n=st.integers(0, 99), send_back=st.integers(0, 5), change=st.booleans())
    def somebody_does_what_is_due(self, n, send_back, change):
        """Mostly forwards, so that the end of the road is reached."""
        pk = self._pick(n)
        model = self.models[pk]
        if model.in_force:
            return
        if model.waiting == "receipt":
            self._receipt(pk)
        elif model.step["kind"] in ("meeting", "notice", "issue"):
            getattr(self, f"_{model.step['kind']}")(pk)
        else:
            if change and model.step["kind"] == "fill" and "points" in model.step.get("opens", []):
                self._change_points(pk)
            self._the_excluded_try(pk)
            for action in ("send_back",) * (send_back == 0) + ("submit", "opine", "agree"):
                people = [person for person in PEOPLE if model.may(person, action)]
                if people:
                    self._try(pk, people[n % len(people)], action)
                    return

    def _the_excluded_try(self, pk: int) -> None:
        """Whose step it would be, had he not to stand aside (his own register, decided before), is refused."""
        model = self.models[pk]
        action = "opine" if model.step["kind"] == "opinions" else "agree"
        for person in sorted(model.entitled()):
            if not model.may(person, action):
                self._try(pk, person, action)

    def _pick(self, n: int) -> int:
        return sorted(self.models)[n % len(self.models)]

    def _try(self, pk: int, person: str, action: str) -> None:
        model, register, by = self.models[pk], Register.objects.get(pk=pk), self.world.people[person]
        if register.state == "filling":
            fill(register)
        allowed = model.may(person, action)
        try:
            with transaction.atomic():
                if action == "submit" and model.step.get("mode") == "compile":
                    filling.compile_children(register=register, by=by)
                VERBS[action](register=register, by=by, act=Act(opinion="理由充分"))
            done, why = True, ""
        except Refused as refused:
            done, why = False, str(refused)
            assert why, "a refusal is a sentence"
        assert done == allowed, f"{person} {action} {register} at {register.step} round {register.round}: {done} {why}"
        if done:
            model.done(person, action)

    def _change_points(self, pk: int) -> None:
        fill(Register.objects.get(pk=pk))
        model = self.models[pk]
        model.content += 1
        for point in RiskPoint.objects.filter(register=pk):
            point.name = f"第{model.content}稿"
            point.save()

    def _meeting(self, pk: int) -> None:
        register, world = Register.objects.get(pk=pk), self.world
        present = tuple(meetings.Attendee(name, user=world.people[name]) for name in ("局长", "主要领导"))
        number = f"纪要{Decision.objects.count()}"
        minutes = meetings.Minutes("办公会", timezone.localdate(), number, present)
        model = self.models[pk]
        by = world.people[sorted(model.actors())[0]]
        levels = {"": 1} if model.step.get("determines") else {}
        item = meetings.Item(register, ItemOutcome.PASSED, levels=levels)
        self._batch(
            pk,
            lambda: meetings.record_meeting(
                by=by, cycle=world.cycle, minutes=minutes, items=(item,), key=f"m{pk}{Decision.objects.count()}"
            ),
        )

    def _notice(self, pk: int) -> None:
        register, world, model = Register.objects.get(pk=pk), self.world, self.models[pk]
        by = world.people[sorted(model.actors())[0]]

        def act():
            notice = notices.draft_notice(
                by=by, cycle=world.cycle, rule=model.step["notice"], registers=[register], title="公示", body="公示",
                contact="局办公室", section=register.section,
            )  # fmt: skip
            notices.publish(by=by, notice=notice, key=f"p{notice.pk}")
            assert Register.objects.get(pk=pk).waiting == "notice"
            Notice.objects.filter(pk=notice.pk).update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
            notices.close_notice(by=by, notice=Notice.objects.get(pk=notice.pk), key=f"n{pk}{notice.pk}")

        self._batch(pk, act)

    def _issue(self, pk: int) -> None:
        world, model, today = self.world, self.models[pk], timezone.localdate()
        by = world.people[sorted(model.actors())[0]]
        document = issuing.Document("印发登记表", today, today)
        stale = bool(model.stale())
        try:
            with transaction.atomic():
                issuing.issue(
                    by=by, cycle=world.cycle, registers=(Register.objects.get(pk=pk),), document=document, key=f"i{pk}"
                )
        except Refused:
            assert stale
            return
        assert not stale
        model.in_force, model.just_submitted = True, False

    def _batch(self, pk: int, act) -> None:
        model = self.models[pk]
        stale = bool(model.stale())
        try:
            with transaction.atomic():
                act()
        except Refused:
            assert stale
            return
        assert not stale
        model.just_submitted = False
        model.forward()

    def _receipt(self, pk: int) -> None:
        world, today = self.world, timezone.localdate()
        for item in FilingItem.objects.filter(register=pk, filing=None, cancelled=False):
            filings.file(
                by=world.people["办公室甲"], cycle=world.cycle, items=[item], filed_on=today, key=f"f{item.pk}"
            )
        for item in FilingItem.objects.filter(register=pk, received_on=None, cancelled=False, wait=True):
            receiver = next(u for u in world.people.values() if not filings.receipt_refusal(item, u))
            filings.receive(item=item, by=receiver, number=f"备{item.pk}", received_on=today, key=f"r{item.pk}")
        self.models[pk].just_submitted = False
        self.models[pk].go_on()

    @invariant()
    def stands_where_the_model_says(self):
        rows = Register.objects.filter(pk__in=self.models).order_by()
        stand = {pk: told for pk, *told in rows.values_list("pk", "step", "round", "waiting", "state", "subject_name")}
        for pk, model in self.models.items():
            step, round_, waiting, state, name = stand[pk]
            found = (step, round_, waiting, state == "in_force")
            assert found == (model.step["key"], model.round, model.waiting, model.in_force), name

    @invariant()
    def nobody_has_judged_his_own(self):
        judged = Decision.objects.filter(action__in=("agree", "opine", "send_back"), register__in=self.models)
        told = judged.values_list("by_id", "by__name", "register__subject_name", "register__filler_id")
        for by, name, subject, filler in told:
            assert name != subject
            assert by != filler

    @invariant()
    def sealed_content_never_changes(self):
        for seal in Seal.objects.filter(register__in=self.models):
            assert digest(seal.content) == seal.digest
            assert self.contents.setdefault(seal.pk, seal.content) == seal.content

    @invariant()
    def one_decision_has_one_event(self):
        decided = Decision.objects.filter(register__in=self.models).values_list("pk", flat=True)
        events = Event.objects.filter(verb__startswith="register.", object_id__in=list(self.models))
        told = [event.detail["decision"] for event in events if "decision" in event.detail]
        assert sorted(told) == sorted(decided)

    @invariant()
    def numbers_are_unique(self):
        for model in (Issuance, Filing, Notice):
            numbers = list(model.objects.exclude(number="").values_list("number", flat=True))
            assert len(numbers) == len(set(numbers))


VERBS = {
    "submit": filling.submit,
    "withdraw": filling.withdraw,
    "recompile": filling.recompile,
    "opine": deciding.opine,
    "agree": deciding.agree,
    "send_back": deciding.send_back,
}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["s000", "s001", "s002", "s003", "s004"])
def test_every_road_goes_only_where_its_plan_says(key):
    world = make_world(key)
    # People of one section who also sit in the office or in the discipline group: they must not handle their own.
    grant(Role.OFFICE, world.bureau, world.people["规划股股长"])
    grant(Role.DISCIPLINE, world.bureau, world.people["规划管理岗"])
    grant(Role.DISCIPLINE, world.bureau, world.people["办公室乙"])
    machine = type(f"Road_{key}", (Road,), {"world": world, "text": scheme_text(key)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        ),
    )


def test_the_model_knows_every_head():
    assert set(HEADS) == set(UNITS)
