"""Publishing what holds personal data: a second person who did not write it may let it pass, with a reason."""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import models, transaction

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers import access
from registers.models import DataPass, Unit
from registers.personal_data import Placed, told

MAY_PASS = (Permission.PUBLISH, Permission.READ_COMMENTS)  # the office, who publishes, the discipline group


def key_of(found: Iterable[Placed]) -> str:
    """What was found, as one value that changes with each piece; of no use for whoever wants to learn a piece."""
    text = "\n".join(sorted({f"{one.finding.kind}|{one.datum}" for one in found}))
    return hmac.new(settings.SECRET_KEY.encode(), f"found|{text}".encode(), hashlib.sha256).hexdigest()


def passed(*, kind: str, target: int, found: list[Placed]) -> bool:
    """Whether somebody let exactly this pass; nothing found needs nobody."""
    return not found or DataPass.objects.filter(kind=kind, target=target, found=key_of(found)).exists()


def may_pass(user: User, bureau: Unit) -> bool:
    """Whether he is of those who may be the second person in that bureau."""
    me = access.standing(user)
    return not me.is_administrator and any(me.may_own(permission, bureau) for permission in MAY_PASS)


def bureaus_of(user: User) -> list[int]:
    """Ids of the bureaus where he may be the second person."""
    me = access.standing(user)
    if me.is_administrator:
        return []
    grants = [grant for permission in MAY_PASS for grant in me.grants_with(permission)]
    return list(dict.fromkeys(grant.unit_id for grant in grants if grant.unit.parent_id is None))


def refusal(user: User, bureau: Unit, writers: Iterable[int]) -> str:
    """Why he cannot let it pass; empty when he can."""
    if not may_pass(user, bureau):
        return "由领导小组办公室、公示发布人员或纪检监察组放行。"
    if user.pk in set(writers):
        return "这些文字是您写的，须由另一人放行。"
    return ""


@transaction.atomic
def let_pass(
    *,
    by: User,
    kind: str,
    target: models.Model,
    bureau: Unit,
    found: list[Placed],
    seen: str,
    writers: Iterable[int],
    reason: str,
) -> DataPass:
    """Let it be published with what was found. ``seen`` is `key_of` what the person was shown.

    Raises NotAllowed for who wrote it or has no such right, NotNow without a reason or after a change.
    """
    if refused := refusal(by, bureau, writers):
        raise NotAllowed(refused)
    if not found:
        raise NotNow("没有查出个人信息，不需要放行。")
    if seen != key_of(found):
        raise NotNow("内容刚刚有变动，请重新核对后再放行。")
    if len(reason.strip()) < 5:
        raise NotNow("请写明放行的理由，至少五个字。")
    made = DataPass.objects.create(
        kind=kind, target=target.pk, bureau=bureau, found=seen, by=by, reason=reason.strip()[:300]
    )
    audit.record(
        verb="personal_data.pass",
        by=by,
        bureau=bureau.pk,
        target=target,
        reason=made.reason,
        pieces=len(found),
        told=told(found, most=20),
    )
    return made
