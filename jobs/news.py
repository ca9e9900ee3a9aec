"""What has become of somebody's jobs since he last looked."""

from accounts.models import User
from jobs.enums import JobState
from jobs.models import Job

MOST = 20


def news_of(user: User) -> list[Job]:
    """Jobs of the user that ended and that he has not looked at yet: one query."""
    rows = Job.objects.filter(by=user, seen=False, state__in=(JobState.DONE, JobState.FAILED)).order_by("-pk")
    return list(rows.only("pk", "title", "state")[:MOST])
