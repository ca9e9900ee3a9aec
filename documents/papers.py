"""Reading everything that a paper of a register needs: a fixed number of queries for any size."""

from documents.forms import build
from paper import Document
from registers.compare import compare
from registers.content import content_of
from registers.enums import RegisterState
from registers.models import Register
from registers.powers import words_of
from registers.schemes.model import Form
from registers.schemes.store import spec_of
from workflow import seals
from workflow.models import Decision, FilingItem, Seal

POWER_WORDS = frozenset({"power_kind", "area"})


def paper_of(register: Register, form: Form) -> tuple[Document, Seal | None]:
    """The paper as it stands now, and the seal that it prints (None: a draft)."""
    seal = seals.latest(register)
    content = None
    if seal is None or register.state == RegisterState.FILLING:
        content = content_of(register)
        if seal and _says_more(seal, content, register):
            seal = None
    levels = seals.levels_of(register) if seal and not seal.issue else {}
    decisions = Decision.objects.filter(register=register)
    filings = FilingItem.objects.filter(register=register).select_related("filing") if "filing" in form.head else ()
    known = POWER_WORDS.intersection(column.key for column in form.columns)
    states = _states(register, seal, content) if any(column.key == "change" for column in form.columns) else {}
    document = build(
        form,
        register,
        seal,
        decisions,
        content=content | {"compiled": seals.compiled_of(register)} if seal is None else None,
        levels=levels,
        states=states,
        filings=list(filings),
        words=words_of(register.bureau) if known else None,
    )
    return document, seal


def _says_more(seal: Seal, content: dict, register: Register) -> bool:
    """Whether the filler has changed something since he last submitted."""
    return compare(seal.data, content, spec_of(register.scheme)).changed


def _states(register: Register, seal: Seal | None, content: dict | None) -> dict[str, str]:
    """What became of each row since the version before; without one, nothing is said."""
    former = register.based_on and seals.latest(register.based_on)
    return compare(former.data, seal.data if seal else content).states if former else {}
