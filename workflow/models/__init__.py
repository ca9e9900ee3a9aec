"""Tables of the road: seals, tasks, decisions, and the batch acts (meetings, notices, issues, filings)."""

from workflow.models.batch import (
    Counter,
    Filing,
    FilingItem,
    Holiday,
    Issuance,
    IssuanceItem,
    Meeting,
    MeetingAttendee,
    MeetingItem,
)
from workflow.models.notice import Comment, Notice, NoticeItem, RateHit
from workflow.models.road import Decision, ExchangePair, Inclusion, Proposal, Seal, Task

__all__ = [
    "Comment",
    "Counter",
    "Decision",
    "ExchangePair",
    "Filing",
    "FilingItem",
    "Holiday",
    "Inclusion",
    "Issuance",
    "IssuanceItem",
    "Meeting",
    "MeetingAttendee",
    "MeetingItem",
    "Notice",
    "NoticeItem",
    "Proposal",
    "RateHit",
    "Seal",
    "Task",
]
