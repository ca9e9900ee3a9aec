"""A post's register walked through every state of `states.STEPS`: sent back, decided, in force, replaced, stopped."""

from collections.abc import Iterator

from registers.models import Register
from tests.matrix import states
from tests.roads import fresh, sitting_at, step_once
from tests.world import World
from workflow.acts import Act
from workflow.models import Task
from workflow.services import cycles, deciding

LONGEST = 60


def stages(world: World, post: str) -> Iterator[tuple[tuple[str, str], Register]]:
    """(key of the state, the register in it): the caller asks what he likes and may write nothing."""
    register, seen, sent_back = world.register("post", post), set(), False
    for _ in range(LONGEST):
        register = fresh(register)
        where = states.where_is(register)
        if where not in seen:
            seen.add(where)
            yield where, register
        if register.road_key is None:
            break
        if register.step == "office" and not sent_back:
            sent_back = True
            by = sitting_at(Task.objects.get(register=register, open=True).desk)
            deciding.send_back(register=register, by=by, act=Act(opinion="请补充。"))
        else:
            step_once(register)
    office = world.people["办公室甲"]
    newer = cycles.new_version(by=office, register=register, reason="法规调整")
    for _ in range(LONGEST):
        if fresh(newer).road_key is None:
            break
        step_once(newer)
    register = fresh(register)
    yield states.where_is(register), register
    third = cycles.new_version(by=office, register=fresh(newer), reason="职权变化")
    deciding.stop(register=third, by=office, act=Act(opinion="不再需要。"))
    yield states.where_is(fresh(third)), fresh(third)
