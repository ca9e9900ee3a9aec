"""Comments on a notice: taking them in without a name, answering them, and counting them for the public."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from audit.context import address as audited_address
from registers.personal_data import placed, told
from workflow import recipients
from workflow.enums import CommentState, NoticeState
from workflow.models import Comment, Notice, NoticeItem
from workflow.services import rates

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ"  # without I, L, O: read aloud and copied by hand
GROUPS, GROUP = 4, 4
LENGTH = (5, 3000)
PER_ADDRESS, PER_NOTICE, LOOKUPS = 5, 200, 30  # an hour
TOO_MANY = "提交过于频繁，请一小时后再试，或按公示上的联系方式反映。"


class TakenAlready(NotNow):
    """Something else came with the same form."""


def receipt_of(key: str) -> str:
    """The receipt code of a form: the same form sent twice gives the same code; only our key can compute it."""
    number = int.from_bytes(hmac.new(settings.SECRET_KEY.encode(), f"receipt|{key}".encode(), hashlib.sha256).digest())
    letters = []
    for _ in range(GROUPS * GROUP):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))


def digest_of(receipt: str) -> str:
    """What is kept of a code; spaces, hyphens and small letters do not matter."""
    plain = "".join(letter for letter in receipt.upper() if letter.isalpha())
    return hashlib.sha256(plain.encode()).hexdigest()


def takes_comments(notice: Notice) -> bool:
    """Whether the period runs today."""
    return notice.state == NoticeState.OPEN and notice.starts_on <= timezone.localdate() <= notice.ends_on


def add_comment(
    *, notice: Notice, item: NoticeItem | None, text: str, contact: str = "", address: str, key: str = ""
) -> str:
    """Take a comment in and return its receipt code, of which only a digest is kept. Nobody's name, nobody's address.

    Raises NotNow outside the period and for a text too short or too long; TooOften beyond the limits; TakenAlready when
    the form of that key brought another text before: nobody's words are dropped in silence.
    """
    receipt = receipt_of(key or secrets.token_hex(16))
    token = audited_address.set("")  # the event must not say where the comment came from
    take_in = transaction.atomic(_take_in)
    given = notice, item, text.strip(), contact.strip(), address, digest_of(receipt)
    try:
        take_in(*given)
    except IntegrityError:  # the second click at the same moment: what the first one brought is there by now
        take_in(*given)
    finally:
        audited_address.reset(token)
    return receipt


def _take_in(notice: Notice, item: NoticeItem | None, text: str, contact: str, address: str, digest: str) -> None:
    if before := Comment.objects.filter(receipt=digest).first():
        if (before.text, before.contact, before.item_id) != (text, contact[:120], item and item.pk):
            raise TakenAlready("这张表单已经提交过一条意见。现在写的文字还在；要另提一条，请再提交一次。")
        return
    notice = Notice.objects.select_related("recipient_unit").get(pk=notice.pk)
    if not takes_comments(notice):
        raise NotNow("公示期已过，不再受理意见。" if notice.ends_on else "公示尚未开始。")
    if item is not None and (item.notice_id != notice.pk or item.taken_out_at):
        raise NotNow("所选的登记表不在本次公示中。")
    if not LENGTH[0] <= len(text) <= LENGTH[1]:
        raise NotNow(f"意见须在 {LENGTH[0]} 至 {LENGTH[1]} 字之间。")
    rates.hit(bucket="comment", who=rates.network(address), limit=PER_ADDRESS, minutes=60, sentence=TOO_MANY)
    rates.hit(bucket="notice", who=str(notice.pk), limit=PER_NOTICE, minutes=60, sentence=TOO_MANY)
    comment = Comment.objects.create(notice=notice, item=item, text=text, contact=contact[:120], receipt=digest)
    # In the log of the body that receives it, and without the notice: nobody else may even count them.
    audit.record(verb="comment.add", by=None, bureau=notice.recipient_unit.bureau_id, target=comment)


@transaction.atomic
def handle_comment(*, by: User, comment: Comment, upheld: bool, answer: str) -> Comment:
    """Say whether a comment holds and answer its writer. Changes nothing on any register: that is an act of its own.

    Raises NotAllowed for anybody but a recipient, NotNow when it was handled already or without an answer.
    """
    comment = Comment.objects.select_related("notice__recipient_unit").get(pk=comment.pk)
    if not any(grant.user_id == by.pk for grant in recipients.recipients_of(comment)):
        raise NotAllowed("这条意见不由您受理。")
    if comment.state != CommentState.RECEIVED:
        raise NotNow("这条意见已经答复。")
    if not answer.strip():
        raise NotNow("请填写给意见人的答复，意见人凭查询码可以看到。")
    if found := placed("答复", answer, contact=True):
        raise NotNow(f"{told(found)}。答复凭查询码就能看到，不能写个人信息，请删去；办公电话、办公邮箱可以写。")
    comment.state = CommentState.UPHELD if upheld else CommentState.DISMISSED
    comment.answer, comment.handled_by, comment.handled_at = answer.strip(), by, timezone.now()
    comment.save()
    audit.record(verb="comment.handle", by=by, bureau=comment.notice.recipient_unit.bureau_id, target=comment)
    return comment


def answer_for(*, receipt: str, address: str) -> Comment | None:
    """The comment of a receipt code with its answer; None for an unknown code. Raises TooOften."""
    with transaction.atomic():
        rates.hit(
            bucket="receipt",
            who=rates.network(address),
            limit=LOOKUPS,
            minutes=60,
            sentence="查询过于频繁，请一小时后再试。",
        )
    return Comment.objects.select_related("notice").filter(receipt=digest_of(receipt)).first()


def total_of(notice: Notice) -> int | None:
    """How many comments came in: told to everybody, but only after the period; None before."""
    if notice.ends_on is None or notice.ends_on >= timezone.localdate():
        return None
    return Comment.objects.filter(notice=notice).count()


def unhandled(notice: Notice) -> int:
    """How many comments are not answered yet; asked when a notice is to be closed, after its period."""
    return Comment.objects.filter(notice=notice, state=CommentState.RECEIVED).count()
