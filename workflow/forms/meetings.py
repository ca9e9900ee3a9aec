"""What the office types to record a meeting: the head, who was there, and the outcome for each register.

A meeting may have a hundred registers with five levels each: their inputs are written and read by hand, by the
register's id (``outcome-12``, ``level-12-<lineage>``), so that a page of them stays quick.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.asked import number
from workflow.acts import new_key
from workflow.agenda import Member, Topic
from workflow.enums import ItemOutcome
from workflow.forms.cycles import DateInput, day_of
from workflow.services.meetings import Attendee, Item, Minutes


class MinutesForm(forms.Form):
    """The head of the minutes."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=32)
    body = forms.CharField(label="会议名称", max_length=120)
    held_on = forms.DateField(label="会议日期", widget=DateInput())
    number = forms.CharField(label="纪要编号", max_length=60, help_text="本单位内不得重复")
    present = forms.MultipleChoiceField(
        label="出席人员", required=False, widget=forms.CheckboxSelectMultiple(), help_text="逐人勾选实际到会的人"
    )
    guests = forms.CharField(
        label="其他出席人员",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="每行一人，先写职务，空一格再写姓名",
    )
    absent = forms.CharField(label="缺席", required=False, max_length=300)
    note = forms.CharField(label="会议情况", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data=None, *, members: list[Member], body: str = "", **kwargs):
        initial = {"key": new_key(), "body": body, "held_on": timezone.localdate()}
        super().__init__(data, initial=initial, **kwargs)
        self.members = {str(member.user.pk): member for member in members}
        self.fields["present"].choices = [(pk, str(member)) for pk, member in self.members.items()]

    def clean(self):
        values = super().clean()
        if not self.errors and not values["present"] and not values["guests"].strip():
            self.add_error("present", "请勾选出席人员，或在“其他出席人员”中填写。")
        return values

    def minutes(self) -> Minutes:
        """The head as the service takes it."""
        values = self.cleaned_data
        chosen = [self.members[pk] for pk in values["present"]]
        people = [Attendee(member.user.name, member.title, member.user) for member in chosen]
        return Minutes(
            values["body"],
            values["held_on"],
            values["number"],
            tuple(people + _guests(values["guests"])),
            values["absent"],
            values["note"],
        )


def _guests(text: str) -> list[Attendee]:
    found = []
    for line in text.splitlines():
        title, _, name = line.strip().replace("\u3000", " ").rpartition(" ")
        if name:
            found.append(Attendee(name[:60], title.strip()[:120]))
    return found


@dataclass
class Choice:
    """One level of one thing: what is offered and what is chosen."""

    name: str
    label: str
    hint: str
    chosen: str


@dataclass
class TopicForm:
    """The inputs of one register as they stand in the form."""

    topic: Topic
    outcome: str = ItemOutcome.PASSED
    opinion: str = ""
    return_to: str = ""
    limit: str = ""
    reasons: tuple[str, ...] = ()
    levels: list[Choice] = field(default_factory=list)
    seen: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.topic.register.pk

    @property
    def opened(self) -> bool:
        """Whether the page shows it unfolded: what was touched or is wrong."""
        open_level = any(not choice.chosen for choice in self.levels)
        return bool(self.errors or self.outcome == ItemOutcome.RETURNED or self.opinion or open_level)

    def item(self) -> Item:
        """The outcome as the service takes it."""
        returned = self.outcome == ItemOutcome.RETURNED
        prefix = len(f"level-{self.pk}-")
        said = ((choice.name[prefix:], number(choice.chosen)) for choice in self.levels)
        levels = {name: rank for name, rank in said if rank is not None}
        return Item(
            register=self.topic.register,
            outcome=ItemOutcome(self.outcome),
            seen=self.seen,
            opinion=self.opinion,
            levels={} if returned else levels,
            return_to=self.return_to if returned else "",
            reasons=self.reasons if returned else (),
            limit_on=day_of(self.limit) if returned else None,
        )


def topic_forms(topics: list[Topic], data: QueryDict | None = None) -> list[TopicForm]:
    """The inputs of all registers: preset, or as they were sent, with what is wrong."""
    return [_sent(topic, data) if data is not None else _preset(topic, {}) for topic in topics]


def _preset(topic: Topic, data: Mapping[str, str]) -> TopicForm:
    pk = topic.register.pk
    levels = []
    for rated in topic.rated:
        name = f"level-{pk}-{rated.lineage}"
        levels.append(Choice(name, rated.name, rated.hint, data.get(name, str(rated.rank or ""))))
    return TopicForm(topic, levels=levels, seen=topic.seen)


def _sent(topic: Topic, data: QueryDict) -> TopicForm:
    form, pk = _preset(topic, data), topic.register.pk
    form.outcome = data.get(f"outcome-{pk}", "")
    form.opinion = data.get(f"opinion-{pk}", "")
    form.return_to = data.get(f"return-{pk}", "")
    form.limit = data.get(f"limit-{pk}", "")
    form.reasons = tuple(data.getlist(f"reason-{pk}"))
    form.seen = data.get(f"seen-{pk}", "")
    form.errors = list(_faults(form))
    return form


def _faults(form: TopicForm):
    if form.outcome not in (ItemOutcome.PASSED, ItemOutcome.RETURNED):
        yield "请选择通过或退回"
    if form.outcome == ItemOutcome.RETURNED:
        if not (form.opinion.strip() or form.reasons):
            yield "退回须说明理由：请选择退回原因或填写意见"
        limit = day_of(form.limit)
        if form.limit and limit is None:
            yield "退回期限不是日期"
        elif limit and limit < timezone.localdate():
            yield "退回期限不能早于今天"
    elif any(not choice.chosen for choice in form.levels):
        yield "请逐项选择审定等级"
