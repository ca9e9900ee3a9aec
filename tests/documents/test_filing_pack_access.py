"""Who may have the filing pack of a cycle (documents.filing_pack.services.cycle_for)."""

import pytest
from django.http import Http404

from accounts.exceptions import NotAllowed
from documents.filing_pack.services import cycle_for
from tests.world import make_world

pytestmark = pytest.mark.django_db


def test_cycle_for_is_for_office_and_discipline_and_tells_others_of_no_cycle_that_they_may_not_see():
    near = make_world("s000", tag="甲", open_registers=False)
    far = make_world("s000", tag="乙", open_registers=False)
    for name in ("办公室甲", "纪检组组长"):
        assert cycle_for(near.people[name], near.cycle.pk) == near.cycle
        with pytest.raises(Http404):
            cycle_for(near.people[name], far.cycle.pk)
    with pytest.raises(NotAllowed, match="备案材料"):
        cycle_for(near.people["主要领导"], near.cycle.pk)
    with pytest.raises(Http404):
        cycle_for(near.people["规划管理岗"], near.cycle.pk)
