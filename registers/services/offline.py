"""Offline forms: handing one out with the content as it is, and taking one back as the comparison decided.

What comes back is written like an edit of the page, row by row under the same checks, but as one act: one transaction,
one event. It is written only onto the content that was compared; when that has changed, it is compared again.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from registers.content import canonical, digest
from registers.enums import RegisterState
from registers.forms.offers import offers_of
from registers.models import Block, OfflineForm, Register
from registers.offline.ground import Ground, ground_of, mark_of, whole_of
from registers.offline.shape import Cells, Whole, answers_of
from registers.parts import POINTS
from registers.rows import data_of, rows_of, with_items
from registers.schemes.store import spec_of
from registers.services import editing

RETURNED = "这份离线表已于{day}交回，不能再交一次；还要修改的，请在网上填写，或者重新导出一份。"
MOVED = "登记表{state}，不能再接收离线填写的内容；请在退回或新版本时重新导出。"
STEPPED = "这份离线表是在“{issued}”时发出的，登记表现在“{now}”，要填的内容不同；请重新导出。"


class Outdated(NotNow):
    """The register was saved after the comparison; nothing was written."""

    def __init__(self) -> None:
        super().__init__("比较之后登记表又有改动，还没有写入；请看过下面的新比较再保存。")


@transaction.atomic
def issue(*, register: Register, by: User) -> OfflineForm:
    """Hand out the register as it is now. Raises NotNow, NotAllowed unless the user may fill it in."""
    register = editing.locked(register)
    editing.check_editable(register, by)
    text = canonical(ground_of(register, offers_of(register, spec_of(register.scheme))))
    form = OfflineForm.objects.create(register=register, content=text, digest=digest(text), issued_by=by)
    _event("offline.issue", by, register, form=form.pk, digest=form.digest)
    return form


def check_return(form: OfflineForm, by: User) -> None:
    """Raise NotNow or NotAllowed, with what is in the way, unless the form may be taken back now."""
    register = form.register
    if form.returned_at is not None:
        day = timezone.localtime(form.returned_at)
        raise NotNow(RETURNED.format(day=f"{day.month}月{day.day}日"))
    if not editing.may_fill(by, register):
        raise NotAllowed(f"这份离线表是“{register.subject_name}”的登记表，只能由它的填报人交回。")
    if register.state != RegisterState.FILLING or register.waiting:
        state = "已提交" if register.waiting else register.get_state_display()
        raise NotNow(MOVED.format(state=state))
    issued = Ground.of(form).data["step"]
    if register.step != issued["key"]:
        now = spec_of(register.scheme).route(register.scope).step(register.step).name
        raise NotNow(STEPPED.format(issued=issued["name"], now=now))


@transaction.atomic
def take_back(*, form: OfflineForm, by: User, seen: str, wanted: Whole) -> Register:
    """Bring the register to the decided content. ``seen`` is `mark_of` the content that was compared.

    Raises Outdated when the content is another by now; NotNow, NotAllowed.
    """
    register = editing.locked(form.register)
    form = OfflineForm.objects.select_for_update(of=("self",)).select_related("register__scheme").get(pk=form.pk)
    check_return(form, by)
    blocks = list(rows_of(register))
    now = whole_of(register, blocks)
    if mark_of(now) != seen:
        raise Outdated
    fields = _put_head(register, by, now.head, wanted.head)
    rows = _put_rows(register, by, {block.lineage: block for block in blocks}, wanted)
    returned = OfflineForm.objects.filter(pk=form.pk, returned_at=None).update(returned_at=timezone.now())
    if not returned:
        raise NotNow("这份离线表刚刚已经交回。")
    editing.levels_follow(register)
    _event("offline.return", by, register, form=form.pk, digest=form.digest, head=fields, **rows)
    return register


def _put_head(register: Register, by: User, now: Cells, wanted: Cells) -> list[str]:
    """The answers about the subject. A reason that changed has to be signed anew, on the page."""
    names = ("declared_rank", "zero_reason")
    changed: dict[str, Any] = {name: wanted.get(name) for name in names if wanted.get(name) != now.get(name)}
    if answers_of(wanted) != answers_of(now):
        changed["factors"] = answers_of(wanted)
    if "zero_reason" in changed and register.zero_signed:
        changed["zero_signed"] = False
    for name in changed:
        editing.check_editable(register, by, editing.HEAD_FIELDS[name])
    if changed:
        editing.apply_head(register, changed)
    return sorted(changed)


def _put_rows(register: Register, by: User, blocks: dict[str, Block], wanted: Whole) -> dict[str, list[str]]:
    """Rows changed, added, brought back and taken out; their lineages by what became of them."""
    done: dict[str, list[str]] = {"changed": [], "added": [], "restored": [], "removed": []}
    for lineage in [key for key in blocks if key not in wanted.rows]:
        _take_out(blocks[lineage], register, by)
        done["removed"].append(lineage)
    for lineage, data in wanted.rows.items():
        block, what = blocks.get(lineage), "changed"
        if block is None:
            block, what = _standing(register, by, lineage)
        block.register = register
        old = data_of(block)
        if data != old:
            editing.apply_row(block, old, data)
        if what != "changed" or data != old:
            done[what].append(lineage)
    return {what: lineages for what, lineages in done.items() if lineages}


def _take_out(block: Block, register: Register, by: User) -> None:
    editing.check_editable(register, by, POINTS)
    block.removed_at = timezone.now()
    block.save(update_fields=["removed_at"])


def _standing(register: Register, by: User, lineage: str) -> tuple[Block, str]:
    """A row where none stands: the one of that lineage that was taken out, brought back, or a new one at the end."""
    editing.check_editable(register, by, POINTS)
    block = with_items(Block.objects.filter(register=register, lineage=lineage)).first()
    if block is None:
        return Block.objects.create(register=register, lineage=lineage, order=editing.next_order(register)), "added"
    block.removed_at = None
    block.save(update_fields=["removed_at"])
    return block, "restored"


def _event(verb: str, by: User, register: Register, **detail: Any) -> None:
    audit.record(verb=verb, by=by, bureau=register.bureau_id, target=register, **detail)
