"""What must hold of any rows of a bureau, however they were written."""

from registers.content import canonical, digest
from registers.enums import RegisterState
from registers.models import Register
from registers.services import tree_check
from workflow import compiling, guards
from workflow.models import Decision, Seal, Task


def on_the_road():
    return Register.objects.on_the_road().select_related("scheme", "unit", "post", "bureau", "cycle", "section")


def check_invariants() -> None:
    """What must hold of any rows, however they were written."""
    assert tree_check.faults() == []
    for register in Register.objects.select_related("cycle"):
        key = f"{register.subject_key}|{register.scope}|{register.cycle.series}"
        assert register.live_key == (key if register.state == RegisterState.IN_FORCE else None)
        on_road = register.state in (RegisterState.FILLING, RegisterState.MOVING)
        assert register.road_key == (key if on_road else None)
    for seal in Seal.objects.all():
        assert digest(seal.content) == seal.digest
        assert canonical(seal.data) == seal.content
    for register in on_the_road():
        assert Task.objects.filter(register=register, open=True).exists(), register
        assert not compiling.stale_children(register), register
    for decision in Decision.objects.filter(action__in=[str(action) for action in guards.JUDGING]):
        assert decision.by_id != decision.register.filler_id, decision
