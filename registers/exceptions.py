"""Exceptions of the register side that carry more than a sentence."""

from typing import Any

from accounts.exceptions import NotNow


class Conflict(NotNow):
    """Somebody saved the same part since it was opened. Both versions travel with it, so that nothing is lost."""

    def __init__(self, *, mine: Any, theirs: Any):
        super().__init__("这一部分已在别处修改过，请比较两份内容后再保存。")
        self.mine = mine
        self.theirs = theirs


class HoldsPersonalData(NotNow):
    """What was to be published holds personal data that no second person let pass. Nothing was published."""
