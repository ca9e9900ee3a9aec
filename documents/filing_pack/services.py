"""Who may have the filing pack of a cycle, and what is written when it was made."""

from django.db import transaction
from django.http import Http404

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Role
from audit import services as audit
from documents.filing_pack import making
from documents.filing_pack.contents import title_of
from documents.filing_pack.facts import facts_of
from documents.filing_pack.making import Made
from jobs import services as jobs
from jobs.models import Job
from jobs.work import Work
from registers.access import standing
from registers.models import Cycle
from workflow import board

KIND = "filing_pack"
MAKERS = (Role.OFFICE, Role.DISCIPLINE)


def cycle_for(user: User, pk: int) -> Cycle:
    """The cycle whose pack the user may have: office and discipline of the bureau or above it.

    Raises Http404 for a cycle that he may not see, NotAllowed where it is not for his role.
    """
    cycle = board.cycles_of(user).filter(pk=pk).first()
    if cycle is None:
        raise Http404
    me = standing(user)
    grants = [grant for grant in me.grants if grant.role in MAKERS and grant.unit.parent_id is None]
    if not any(cycle.bureau_id in me.bureaus_below(grant.unit) for grant in grants):
        raise NotAllowed("备案材料由领导小组办公室和纪检监察组生成。")
    return cycle


def ask(*, cycle: Cycle, by: User) -> Job:
    """Have it made in the background."""
    title = f"{cycle.bureau}{cycle.name}备案材料"
    return jobs.ask(kind=KIND, title=title, params={"cycle": cycle.pk}, by=by, bureau=cycle.bureau_id)


def run(work: Work) -> None:
    """The job: asked again who may have it."""
    try:
        cycle = cycle_for(work.by, work.params["cycle"])
    except Http404 as error:
        raise NotAllowed("您现在不能查看这个周期。") from error
    facts = facts_of(cycle)
    made = making.write(facts, work.output(f"{title_of(facts)}.zip"), work.progress)
    record_made(by=work.by, cycle=cycle, made=made)


@transaction.atomic
def record_made(*, by: User | None, cycle: Cycle, made: Made) -> None:
    """Note that it was made, and how much was missing."""
    missing = sum(len(result.missing) for result in made.results)
    audit.record(
        verb="filing_pack.make", by=by, bureau=cycle.bureau_id, target=cycle, files=made.files, missing=missing
    )
