"""Acts on many registers at once, called as services: their pages choose among what a cycle holds."""

from collections.abc import Callable
from functools import partial

from registers.services import tree
from tests.races import test_batches
from tests.races.arena import FILL, ISSUE, MEETING, NOTICE, make_arena, submit_all
from workflow.acts import new_key
from workflow.services import cycles, notices


def batches() -> dict[str, Callable[[], object]]:
    """Name → the act, ready to be done once on the state as it is after this function."""
    meeting = make_arena(3, steps=[FILL, MEETING, ISSUE], version=21)
    issue = make_arena(3, steps=[FILL, ISSUE], version=22)
    noticed = make_arena(2, steps=[FILL, NOTICE, ISSUE], version=23)
    opening = make_arena(3, steps=[FILL, ISSUE], opened=False, version=24)
    met, issued, shown = submit_all(meeting), submit_all(issue), submit_all(noticed)
    notice = test_batches.opened(noticed, shown)
    return {
        "meeting": partial(test_batches.meet, meeting, met, number="1", by=meeting.office[0], key=new_key()),
        "issue": partial(test_batches.issue_all, issue, issued, key=new_key()),
        "notice_close": partial(notices.close_notice, by=noticed.office[0], notice=notice, key=new_key()),
        "open_registers": partial(cycles.open_registers, by=opening.office[0], cycle=opening.cycle),
        "move_unit": partial(tree.move_unit, by=issue.office[0], unit=issue.sections[0], parent=issue.sections[1]),
    }
