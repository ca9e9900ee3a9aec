"""For which cycle registers are chosen (workflow.views.choosing.cycle_for): one of an own bureau, or none at all."""

import pytest
from django.http import Http404

from accounts.exceptions import NotAllowed
from accounts.roles import Permission
from tests.world import make_world
from workflow.views.choosing import cycle_for

pytestmark = pytest.mark.django_db


def test_cycle_for_gives_a_cycle_of_an_own_bureau_only():
    near, far = make_world("s000", tag="甲"), make_world("s000", tag="乙")
    office = near.people["办公室甲"]
    assert cycle_for(office, Permission.ISSUE, str(near.cycle.pk)) == near.cycle
    with pytest.raises(Http404):
        cycle_for(office, Permission.ISSUE, str(far.cycle.pk))
    for name in ("规划管理岗", "系统管理员"):
        with pytest.raises(NotAllowed, match="权限"):
            cycle_for(near.people[name], Permission.ISSUE, str(near.cycle.pk))
