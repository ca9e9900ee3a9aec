"""What somebody types when he decides on a register. Whether he may is asked by the services, never here."""

from django import forms
from django.http import QueryDict
from django.utils import timezone

from registers.parts import rates_subject
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Step
from workflow.acts import NOTHING_SEEN, Act, new_key
from workflow.calendar import add_working_days
from workflow.models import Decision

PROPOSALS = 3
LIMIT_DAYS = 5  # working days that a send-back gives by default
KEY_LENGTH = Decision._meta.get_field("key").max_length
OPINION = 2000


class DecidingForm(forms.Form):
    """The opinion, and what every decision carries: ``key`` against a repeat, ``seen`` against an overtaken page."""

    opinion = forms.CharField(
        label="意见", required=False, max_length=OPINION, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: QueryDict | None = None, *, seen: str = "", required: bool = False, label: str = ""):
        super().__init__(data)
        self.seen = seen
        self.key = key_of(data) or new_key()
        self.fields["opinion"].required = required
        if label:
            self.fields["opinion"].label = label

    def act(self) -> Act:
        """The valid form as the value that the services take."""
        return Act(key=self.key, seen=self.data.get("seen") or NOTHING_SEEN, **self.said())

    def said(self) -> dict:
        return {"opinion": self.cleaned_data["opinion"]}


def key_of(data: QueryDict | None) -> str:
    """The key that a posted form carries; empty for none or nonsense."""
    key = (data or {}).get("key", "")
    return key if 0 < len(key) <= KEY_LENGTH else ""


class OpineForm(DecidingForm):
    """An opinion with up to three proposed points."""

    def __init__(self, *args, proposes: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposes = proposes
        for number in range(1, PROPOSALS + 1) if proposes else ():
            self.fields[f"p{number}_name"] = forms.CharField(label="风险点", required=False, max_length=500)
            self.fields[f"p{number}_manifestation"] = _text("表现形式")
            self.fields[f"p{number}_control"] = _text("建议措施")

    def clean(self):
        """A proposal without a name says nothing that could be taken in."""
        data = super().clean()
        for number in range(1, PROPOSALS + 1) if self.proposes else ():
            said = data.get(f"p{number}_manifestation") or data.get(f"p{number}_control")
            if said and not data.get(f"p{number}_name"):
                self.add_error(f"p{number}_name", "请写明风险点的名称。")
        return data

    def said(self) -> dict:
        return super().said() | {"proposals": self.proposed()}

    def proposed(self) -> tuple[dict[str, str], ...]:
        numbers = range(1, PROPOSALS + 1) if self.proposes else ()
        rows = [
            {name: self.cleaned_data[f"p{number}_{name}"] for name in ("name", "manifestation", "control")}
            for number in numbers
        ]
        return tuple(row for row in rows if row["name"])

    @property
    def proposal_fields(self) -> list[list[forms.BoundField]]:
        """The boxes of the page, three fields each."""
        numbers = range(1, PROPOSALS + 1) if self.proposes else ()
        return [[self[f"p{n}_{name}"] for name in ("name", "manifestation", "control")] for n in numbers]


def _text(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class AgreeForm(OpineForm):
    """同意: the marks 准、全、深 one by one, and the levels where the step determines them."""

    def __init__(self, *args, spec: SchemeSpec, scope: str, step: Step, content: dict, levels: dict, **kwargs):
        super().__init__(*args, proposes=step.proposes, **kwargs)
        self.marks = spec.marks if step.marks else ()
        for mark in self.marks:
            self.fields[f"mark_{mark.key}"] = forms.BooleanField(
                label=mark.name,
                help_text=mark.text,
                error_messages={"required": "同意之前请逐项核对并勾选；有一项不符合的，请退回。"},
            )
        self.rated = list(rated_items(spec, scope, content, levels)) if step.determines else []
        choices = [("", "请选择"), *((level.rank, level.label) for level in spec.levels)]
        for lineage, name, rank in self.rated:
            self.fields[f"level_{lineage}"] = forms.TypedChoiceField(
                label=f"{name}的等级" if not lineage else name, choices=choices, coerce=int, initial=rank or ""
            )

    def said(self) -> dict:
        data = self.cleaned_data
        return super().said() | {
            "marks": {mark.key: data[f"mark_{mark.key}"] for mark in self.marks},
            "levels": {lineage: data[f"level_{lineage}"] for lineage, _, _ in self.rated},
        }

    @property
    def mark_fields(self) -> list[forms.BoundField]:
        return [self[f"mark_{mark.key}"] for mark in self.marks]

    @property
    def level_fields(self) -> list[forms.BoundField]:
        return [self[f"level_{lineage}"] for lineage, _, _ in self.rated]


def rated_items(spec: SchemeSpec, scope: str, content: dict, levels: dict):
    """What carries a level in that scope: (lineage, name, present rank). The subject itself has the empty lineage."""
    if rates_subject(spec, scope):
        yield "", content["subject"]["name"], levels.get("", content["declared_rank"])
        return
    for row in content["rows"]:
        for point in row["points"]:
            yield point["lineage"], point["name"], levels.get(point["lineage"], point["declared_rank"])


class SendBackForm(DecidingForm):
    """退回: coded reasons, free words, remarks on single rows, where to, until when."""

    reasons = forms.MultipleChoiceField(label="退回原因", required=False, widget=forms.CheckboxSelectMultiple)
    return_to = forms.ChoiceField(label="退回到")
    limit_on = forms.DateField(
        label="限期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="请对方在这一天前重新提交",
    )

    def __init__(self, *args, spec: SchemeSpec, scope: str, step: Step, rows: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        reasons = [
            (reason.key, f"{reason.name}：{reason.text}" if reason.text else reason.name)
            for reason in spec.return_reasons
        ]
        self.fields["reasons"].choices = reasons
        if not reasons:
            del self.fields["reasons"]
        route = spec.route(scope)
        self.fields["return_to"].choices = [(target.to, route.step(target.to).name) for target in step.returns]
        self.fields["limit_on"].initial = add_working_days(timezone.localdate(), LIMIT_DAYS)
        self.rows = rows
        for lineage, name in rows:
            self.fields[f"remark_{lineage}"] = forms.CharField(label=name, required=False, max_length=500)

    def clean(self):
        """Grounds must be given; the same rule stands in the service."""
        data = super().clean()
        remarks = any(data.get(f"remark_{lineage}") for lineage, _ in self.rows)
        if not (data.get("opinion") or data.get("reasons") or remarks):
            raise forms.ValidationError("退回须说明理由：请选择退回原因、填写意见或在某一行写明。")
        return data

    def clean_limit_on(self):
        limit = self.cleaned_data["limit_on"]
        if limit and limit < timezone.localdate():
            raise forms.ValidationError("退回期限不能早于今天。")
        return limit

    def said(self) -> dict:
        data = self.cleaned_data
        remarks = [{"lineage": lineage, "text": data[f"remark_{lineage}"]} for lineage, _ in self.rows]
        return super().said() | {
            "reasons": tuple(data.get("reasons", ())),
            "return_to": data["return_to"],
            "limit_on": data["limit_on"],
            "remarks": tuple(remark for remark in remarks if remark["text"]),
        }

    @property
    def remark_fields(self) -> list[forms.BoundField]:
        return [self[f"remark_{lineage}"] for lineage, _ in self.rows]
