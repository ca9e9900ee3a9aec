"""One workbook that came back, looked at: whose it is, what is wrong with it, what it would change. Writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from registers.access import standing
from registers.content import digest
from registers.forms.offers import offers_of
from registers.importing.cells import Sheet
from registers.models import OfflineForm
from registers.offline.ground import FORMAT, Ground, mark_of, whole_of
from registers.offline.merge import Difference, Merged, merge
from registers.offline.parse import parse
from registers.offline.reading import Message
from registers.offline.sheet import Mark
from registers.offline.told import Teller, Told
from registers.rows import rows_of
from registers.schemes.store import spec_of
from registers.services.offline import check_return

STRANGE = "这份文件不是从本系统导出的离线登记表（找不到编号）；请上传在导出的那份表上填好的文件。"
UNKNOWN = "没有这个编号的离线登记表：可能是在别的系统里导出的，或者编号被改动过；请重新导出一份。"
FOREIGN = "这份离线表是别的单位的，不能在这里交回。"
MIXED = "文件里的编号和内容对不上，可能是几份表拼在一起的；请用原来那份表填写后再交。"
NO_SHEET = "表里找不到要填的工作表，或者表头被改动过；请把内容抄到原来那份表里再交。"


@dataclass
class Looked:
    """What a returned workbook would do. With ``messages`` nothing may be taken."""

    form: OfflineForm
    merged: Merged = field(default_factory=Merged)
    seen: str = ""  # the content that was compared
    messages: list[Message] = field(default_factory=list)
    conflicts: list[Told] = field(default_factory=list)
    taken: list[Told] = field(default_factory=list)
    kept: list[Told] = field(default_factory=list)

    @property
    def seen_digest(self) -> str:
        """What a page carries, to be sure that what is written is what was looked at."""
        return digest(self.seen)


def form_of(mark: Mark | None, by: User) -> OfflineForm:
    """The issued form of a workbook. Raises NotNow or NotAllowed with the sentence for a workbook that is none."""
    if mark is None:
        raise NotNow(STRANGE)
    related = ("register__scheme", "register__unit", "register__bureau", "register__post", "register__cycle")
    form = OfflineForm.objects.select_related(*related).filter(token=mark.token).first()
    if form is None:
        raise NotNow(UNKNOWN)
    if form.register.bureau_id not in standing(by).bureau_ids and form.register.filler_id != by.pk:
        raise NotAllowed(FOREIGN)
    if mark.digest != form.digest or mark.format != str(FORMAT):
        raise NotNow(MIXED)
    check_return(form, by)
    return form


def look(form: OfflineForm, sheets: list[Sheet], choice: Callable[[Difference], str] | None = None) -> Looked:
    """The comparison of a returned workbook with what was issued and what is now. Raises NotNow."""
    register, ground = form.register, Ground.of(form)
    offers = offers_of(register, spec_of(register.scheme))
    returned = parse(sheets, ground, offers, form.token)
    if returned is None:
        raise NotNow(NO_SHEET)
    if returned.messages:
        return Looked(form, messages=returned.messages)
    blocks = list(rows_of(register))
    now = whole_of(register, blocks)
    merged = merge(ground.whole, returned.whole, now, choice) if choice else merge(ground.whole, returned.whole, now)
    teller = Teller(ground, offers, register, blocks, now)
    told = [
        [teller.told(one, returned.whole) for one in group] for group in (merged.conflicts, merged.taken, merged.kept)
    ]
    return Looked(form, merged, mark_of(now), [], *told)
