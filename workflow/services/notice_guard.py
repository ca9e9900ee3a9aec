"""The guard before a notice is published: no personal data beyond the bureau, no mark of a state secret anywhere."""

from django.db import transaction

from accounts.exceptions import NotNow
from accounts.models import User
from registers.exceptions import HoldsPersonalData
from registers.personal_data import Placed, told
from registers.services import data_passes
from workflow import notice_check
from workflow.models import Notice, NoticeItem
from workflow.services.notice_drafts import locked, require_draft


def require_clean(notice: Notice, items: list[NoticeItem], office_contact: bool) -> list[Placed]:
    """Neither a mark of a state secret nor, beyond the bureau, personal data that no second person let pass.

    Returns what is published all the same.
    """
    texts = (line for item in items for line in notice_check.lines_of(item.shown))
    if sentence := notice_check.marked(texts):
        raise NotNow(sentence)
    found = notice_check.found_in(notice, ((item, item.shown) for item in items))
    stopping = notice_check.stops(notice, found)
    if any(one.confirmable for one in stopping) and not office_contact:
        raise HoldsPersonalData("联系方式中有手机号或个人邮箱，请确认是办公用的，再发布。")
    stopping = [one for one in stopping if not one.confirmable]
    if not data_passes.passed(kind="notice", target=notice.pk, found=stopping):
        raise HoldsPersonalData(f"{told(stopping)}。请删去，或由另一人核对后放行。")
    return found


def found_in_draft(notice: Notice) -> list[Placed]:
    """What a second person would have to let pass before this draft may go beyond the bureau."""
    return [one for one in notice_check.stops(notice, notice_check.found_in(notice)) if not one.confirmable]


def let_pass(*, by: User, notice: Notice, seen: str, reason: str) -> None:
    """放行: what was found in the draft may be published. Raises NotAllowed, NotNow."""
    with transaction.atomic():
        notice = locked(notice)
        require_draft(notice)
        data_passes.let_pass(
            by=by,
            kind="notice",
            target=notice,
            bureau=notice.bureau,
            found=found_in_draft(notice),
            seen=seen,
            writers={notice.drafted_by_id, *notice.writers},
            reason=reason,
        )
