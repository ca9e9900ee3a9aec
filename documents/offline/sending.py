"""What a person sends in: each file read and recognised, or refused with its sentence; and how far a batch is."""

from dataclasses import dataclass

from accounts.exceptions import NotNow, Refused
from accounts.models import User
from registers.importing import reading
from registers.importing.guards import Unreadable
from registers.models import OfflineForm
from registers.offline import stash
from registers.offline.returning import Looked, form_of, look
from registers.offline.sheet import mark_of

TWICE = "同一份离线表在这一批里有两个文件，只能交一个；先传的是“{name}”。"


def send(files: list[tuple[str, bytes]], by: User) -> stash.Batch:
    """Keep the files for their comparison."""
    batch = stash.new(by)
    known: dict[int, str] = {}
    for name, data in files:
        try:
            cells = reading.read_text(data)
            form = form_of(mark_of(reading.decode(cells), data), by)
            if form.pk in known:
                raise NotNow(TWICE.format(name=known[form.pk]))
        except (Unreadable, Refused) as fault:
            stash.add(batch, stash.Sent(name[:120], str(fault)))
            continue
        known[form.pk] = name
        stash.add(batch, stash.Sent(name[:120], form=form.pk), data, cells)
    stash.keep(batch)
    return batch


@dataclass(frozen=True)
class State:
    """How far one file of a batch is. ``fault``: why it cannot be taken."""

    number: int
    sent: stash.Sent
    register: str = ""
    looked: Looked | None = None
    fault: str = ""

    @property
    def number_shown(self) -> int:
        """As it is counted in addresses, from 1."""
        return self.number + 1

    @property
    def undecided(self) -> int:
        """Conflicts without a choice."""
        return sum(one.key not in self.sent.choices for one in self.looked.conflicts) if self.looked else 0


def state_of(batch: stash.Batch, number: int, by: User) -> State:
    """One file as it stands now: the register may have moved since it was sent."""
    sent = batch.files[number]
    if sent.fault or sent.done:
        return State(number, sent, _subject(sent), fault=sent.fault)
    form = OfflineForm.objects.filter(pk=sent.form).first()
    try:
        sheets = batch.sheets(number)
        looked = look(
            form_of(mark_of(sheets, batch.data(number)), by), sheets, lambda one: sent.choices.get(one.key, "")
        )
    except Refused as fault:
        return State(number, sent, str(form.register) if form else "", fault=str(fault))
    except OSError:
        return State(number, sent, fault="这个文件已经过期，请重新上传。")
    return State(number, sent, str(looked.form.register), looked)


def _subject(sent: stash.Sent) -> str:
    form = OfflineForm.objects.select_related("register").filter(pk=sent.form).first()
    return form.register.subject_name if form else ""
