"""The form by which somebody chooses a handbook: of what, as of which day, in which format."""

import datetime

from django import forms
from django.utils import timezone

from accounts.models import User
from documents.handbook.asking import LEADER, UNIT, leaders_of
from documents.handbook.volumes import FORMATS, LEADERS
from registers.access import standing, visible_units
from registers.models import Unit

MOST = 300  # units offered; a bureau of more is reached by the page of its unit


class HandbookForm(forms.Form):
    """``unit``: the unit that the reader came from; its bureau's other units and leaders are offered too."""

    of = forms.ChoiceField(label="范围", help_text="单位的手册含其下各机构；合订本含该领导分管的全部机构。")
    day = forms.DateField(
        label="截至哪一天",
        help_text="载入这一天有效的内容；今天即现行有效的内容。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    format = forms.ChoiceField(label="格式", choices=list(FORMATS.items()), widget=forms.RadioSelect)

    def __init__(self, data=None, *, unit: Unit, leader: int | None = None):
        chosen = f"{LEADER}:{leader}" if leader else f"{UNIT}:{unit.pk}"
        super().__init__(data, initial={"of": chosen, "day": timezone.localdate(), "format": "pdf"})
        self.fields["of"].choices = _choices(unit)

    def clean_day(self) -> datetime.date:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError("不能晚于今天。")
        return day

    def asked(self) -> dict:
        """What was chosen, as `documents.handbook.work.ask` takes it."""
        kind, _, pk = self.cleaned_data["of"].partition(":")
        return {"kind": kind, "pk": int(pk), "day": self.cleaned_data["day"], "format": self.cleaned_data["format"]}


def _choices(unit: Unit) -> list[tuple[str, list[tuple[str, str]]]]:
    bureau = unit.bureau
    leaders = list(leaders_of(bureau, timezone.localdate()))
    rows = Unit.objects.filter(tree_id=unit.tree_id, parent__isnull=False).open().order_by("lft")
    units = [(f"{UNIT}:{row.pk}", "　" * (row.level - 1) + row.name) for row in rows[:MOST]]
    if unit.parent_id and not any(key == f"{UNIT}:{unit.pk}" for key, _ in units):
        units.append((f"{UNIT}:{unit.pk}", unit.name))
    whole = [(f"{UNIT}:{bureau.pk}", f"{bureau}（全单位）")]
    if leaders:
        whole.append((f"{LEADERS}:{bureau.pk}", "各分管领导合订本（每人一册，打成压缩包）"))
    found = [("全单位", whole), ("机构", units)]
    found.append(("分管领导合订本", [(f"{LEADER}:{post.pk}", post.name) for post in leaders]))
    return [(name, rows) for name, rows in found if rows]


def starting_unit(user: User, asked: str) -> Unit | None:
    """The unit of that key if he may browse it; without a key the bureau that he belongs to or answers for."""
    units = visible_units(user).select_related("bureau")
    if asked:
        return units.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 16 else None
    me = standing(user)
    known = [post.bureau_id for post in me.posts] + [grant.unit.bureau_id for grant in me.grants]
    return units.filter(pk=known[0]).first() if known else None
