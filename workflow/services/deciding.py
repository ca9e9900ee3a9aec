"""What those on the road do with one register: give an opinion, agree, send back, stop; and answering proposals."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers.access import require
from registers.enums import RegisterState
from registers.models import Block, Control, Register, RiskPoint
from workflow import decisions, engine
from workflow.acts import Act
from workflow.enums import Action
from workflow.models import Decision, Proposal


@transaction.atomic
def opine(*, register: Register, by: User, act: Act) -> Decision:
    """A colleague's opinion, with points that he proposes. Raises NotAllowed, NotNow."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    if act.proposals and not engine.step_of(register).proposes:
        raise NotNow("这一步骤不能提出风险点建议。")
    decision = engine.decide(register=register, by=by, action=Action.OPINE, act=act)
    _propose(register, decision, act)
    return decision


@transaction.atomic
def agree(*, register: Register, by: User, act: Act) -> Decision:
    """同意. At a step that determines levels they are given in ``act.levels``. Raises NotAllowed, NotNow."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    if act.levels and not engine.step_of(register).determines:
        raise NotNow("这一步骤不审定等级。")
    decision = engine.decide(register=register, by=by, action=Action.AGREE, act=act)
    _propose(register, decision, act)
    return decision


@transaction.atomic
def send_back(*, register: Register, by: User, act: Act) -> Decision:
    """退回, with grounds: a coded reason, an opinion or remarks on rows. Raises NotAllowed, NotNow."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    if not (act.reasons or act.opinion.strip() or act.remarks):
        raise NotNow("退回须说明理由：请选择退回原因或填写意见。")
    if act.limit_on and act.limit_on < timezone.localdate():
        raise NotNow("退回期限不能早于今天。")
    decision = engine.send_back(register=register, by=by, act=act)
    _propose(register, decision, act)
    return decision


@transaction.atomic
def stop(*, register: Register, by: User, act: Act) -> Decision:
    """终止, by the office and with a reason. Raises NotAllowed, NotNow."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    require(by, Permission.RUN_CYCLE, register.bureau)
    if not act.opinion.strip():
        raise NotNow("终止须说明理由。")
    return engine.stop(register=register, by=by, act=act)


def _propose(register: Register, decision: Decision, act: Act) -> None:
    for proposal in act.proposals:
        if proposal.get("name", "").strip():
            Proposal.objects.create(
                register=register,
                decision=decision,
                name=proposal["name"].strip()[:500],
                manifestation=proposal.get("manifestation", "").strip(),
                control=proposal.get("control", "").strip(),
            )


@transaction.atomic
def answer_proposal(*, proposal: Proposal, by: User, take: bool, answer: str = "") -> None:
    """The filler takes a proposed point into his register, or says why not. Raises NotAllowed, NotNow.

    Taking in needs an open fill step; a reason against can be given as long as the register is on the road.
    """
    register = engine.locked(proposal.register_id)
    proposal = Proposal.objects.get(pk=proposal.pk)
    if register.filler_id != by.pk:
        raise NotAllowed("只有填报人可以答复建议。")
    if take and (register.state != RegisterState.FILLING or "points" not in engine.step_of(register).opens):
        raise NotNow("登记表不在填写风险点的环节，不能采纳。")
    if register.road_key is None:
        raise NotNow(f"登记表{register.get_state_display()}，不能再答复。")
    if proposal.answered_at:
        raise NotNow("这条建议已经答复。")
    if not take and not answer.strip():
        raise NotNow("不采纳须说明理由。")
    if take:
        _take_in(register, proposal)
    proposal.taken, proposal.answer, proposal.answered_at = take, answer.strip()[:300], timezone.now()
    proposal.save()
    audit.record(
        verb="proposal.take" if take else "proposal.decline",
        by=by,
        bureau=register.bureau_id,
        target=register,
        proposal=proposal.pk,
    )


def _take_in(register: Register, proposal: Proposal) -> None:
    last = Block.objects.filter(register=register).aggregate(Max("order"))["order__max"] or 0
    block = Block.objects.create(register=register, order=last + 1, post=register.post)
    point = RiskPoint.objects.create(
        register=register,
        block=block,
        bureau_id=register.bureau_id,
        section_id=register.section_id,
        order=1,
        name=proposal.name,
        manifestation=proposal.manifestation,
    )
    if proposal.control:
        Control.objects.create(block=block, point=point, order=1, text=proposal.control)
