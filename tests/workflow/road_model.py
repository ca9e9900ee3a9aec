"""A small second opinion on the road: who may act and where a register goes, told from the scheme's JSON alone.

It shares no code with `workflow`: it reads the raw file, knows the people of `tests.world` by name, and keeps its own
note of every register. What the program does is compared with it step by step.
"""

import json
from dataclasses import dataclass, field

UNITS = {
    "局领导": ("局长", "分管副局长"),
    "规划股": ("规划股股长", "规划管理岗", "选址审批岗"),
    "建筑管理股": ("建筑管理股股长", "施工许可岗"),
}
HEADS = {"局领导": "局长", "规划股": "规划股股长", "建筑管理股": "建筑管理股股长"}
IN_CHARGE = {"局领导": "局长", "规划股": "分管副局长", "建筑管理股": "分管副局长"}
ROLES = {
    ("office", "bureau"): {"办公室甲", "办公室乙", "规划股股长"},
    ("discipline", "bureau"): {"纪检组组长", "规划管理岗", "办公室乙"},
    ("leading_group", "bureau"): {"领导小组甲", "领导小组乙"},
    ("party_group", "bureau"): {"党组书记"},
    ("leader", "bureau"): {"主要领导"},
    ("publisher", "bureau"): {"公示员"},
    ("office", "above"): {"上级办公室"},
    ("leading_group", "above"): {"上级领导小组"},
    ("discipline", "above"): {"上级纪委"},
    ("party_group", "above"): {"上级党委"},
}
JUDGED = {"opinions", "exchange", "review", "countersign", "audit", "superior"}


@dataclass
class Expected:
    """What the model believes of one register."""

    steps: list[dict]
    scope: dict
    subject: str  # post, section or bureau name
    unit: str | None  # the unit of tests.world; None for the bureau itself
    at: int = 0
    round: int = 1
    waiting: str = ""
    filler: str | None = None
    resume: int | None = None
    acted: set = field(default_factory=set)  # (round, step key, person) of judging acts
    just_submitted: bool = False
    in_force: bool = False
    children: list = field(default_factory=list)  # models of the registers that are compiled into this one
    content: int = 0  # counts changes of the points
    sealed: int = 0  # the content at the last submission
    included: dict = field(default_factory=dict)  # child's place in ``children`` → its sealed content

    @property
    def step(self) -> dict:
        return self.steps[self.at]

    def own(self) -> set[str]:
        """Whose register it is: the holder of the post and the filler."""
        holder = {self.subject} if self.scope["subject"] == "post" else set()
        return holder | ({self.filler} if self.filler else set())

    def entitled(self) -> set[str]:
        """Who would act at this step if nobody were excluded."""
        return self._named(self._actor(self.step))

    def actors(self, index: int | None = None) -> set[str] | None:
        """Who may act at a step; None = nobody has to (skipped)."""
        step = self.steps[self.at if index is None else index]
        actor = self._actor(step)
        people = self._named(actor)
        if step["kind"] in ("fill", "meeting", "notice", "issue"):
            return people
        aside = self.own() | self._judged_before(step)
        left = people - aside
        if left:
            return left
        if step.get("vacant", "office") == "skip":
            return None
        if step.get("vacant", "office") == "up":
            for candidate in self._upward():
                if candidate not in aside:
                    return {candidate}
        return ROLES["office", "bureau"] - aside

    def _judged_before(self, step: dict) -> set[str]:
        """Who must stand aside because he judged at a step that the plan wants other people at."""
        return {who for round, key, who in self.acted if round == self.round and key in step.get("distinct_from", [])}

    def _actor(self, step: dict) -> dict:
        actor = step["actor"]
        actor = {"who": actor} if isinstance(actor, str) else actor
        if actor["who"] == "filler":
            filler = self.scope["filler"]
            actor = {"who": filler} if isinstance(filler, str) else filler
        return actor

    def _named(self, actor: dict) -> set[str]:
        who = actor["who"]
        if who == "filler":
            return {self.subject}
        if who == "head":
            return {HEADS[self.unit]}
        if who == "in_charge":
            return {IN_CHARGE[self.unit]}
        if who == "peers":
            return set(UNITS[self.unit]) - {self.subject}
        if who == "members":
            return set(UNITS[self.unit])
        if who == "pair":
            return {HEADS["建筑管理股" if self.unit == "规划股" else "规划股"]} if self.unit in HEADS else set()
        return ROLES[actor["role"], actor.get("at", "bureau")]

    def _upward(self) -> list[str]:
        if self.unit is None:
            return ["主要领导"]
        return [HEADS[self.unit], IN_CHARGE[self.unit], "主要领导"]

    def may(self, person: str, action: str) -> bool:
        """Whether the act is allowed to that person now."""
        if action == "withdraw" and not self.in_force:
            return self.just_submitted and person == self.filler
        if self.in_force or self.waiting:
            return False
        kind, actors = self.step["kind"], self.actors() or set()
        if action == "submit":
            ready = self.step.get("mode") != "compile" or all(child.passed(self._after()) for child in self.children)
            return kind == "fill" and person in actors and self.filler in (None, person) and ready
        if action == "recompile":
            return bool(self.stale()) and person == self.filler and kind != "fill"
        wanted = {"opine": {"opinions"}, "agree": JUDGED - {"opinions"}, "send_back": JUDGED - {"opinions"}}[action]
        if kind not in wanted or person not in actors or person in self.own():
            return False
        if action == "send_back" and not self.step.get("returns"):
            return False
        if (self.round, self.step["key"], person) in self.acted:
            return False
        if action != "send_back" and self.stale():
            return False
        return not any((self.round, key, person) in self.acted for key in self.step.get("distinct_from", []))

    def _after(self) -> str:
        return self.scope.get("compiles_after", "")

    def passed(self, key: str) -> bool:
        """Whether this register is beyond that step."""
        keys = [step["key"] for step in self.steps]
        return self.in_force or self.at > (keys.index(key) if key in keys else 0)

    def stale(self) -> list:
        """Included registers that were sent back or say other points than when they were compiled."""
        return [
            child
            for n, child in enumerate(self.children)
            if n in self.included and (not child.passed(self._after()) or child.sealed != self.included[n])
        ]

    def done(self, person: str, action: str) -> None:
        """Note an act that was allowed and move as the plan says."""
        self.just_submitted = False
        if action == "submit":
            self.filler, self.just_submitted, self.sealed = person, True, self.content
            if self.step.get("mode") == "compile":
                self.included = {n: child.sealed for n, child in enumerate(self.children)}
            self.forward(after_submit=True)
        elif action == "withdraw":
            back = self.at - 1
            while self.steps[back]["kind"] != "fill":
                back -= 1
            self.at, self.round, self.waiting = back, self.round + 1, ""
        elif action == "recompile":
            self.at, self.round = (
                next(n for n, step in enumerate(self.steps) if step.get("mode") == "compile"),
                self.round + 1,
            )
        elif action == "send_back":
            self.acted.add((self.round, self.step["key"], person))
            target = self.step["returns"][0]
            self.resume = self.at if target.get("resume") == "direct" else None
            self.at, self.round = self.index(target["to"]), self.round + 1
        else:
            self.acted.add((self.round, self.step["key"], person))
            if self._complete():
                self.forward()

    def _complete(self) -> bool:
        quorum = self.step.get("quorum", "any")
        if quorum == "any":
            return True
        spoken = {who for round, key, who in self.acted if (round, key) == (self.round, self.step["key"])}
        left = (self.actors() or set()) - spoken
        return not left or (quorum != "all" and len(spoken) >= int(quorum))

    def forward(self, after_submit: bool = False) -> None:
        """Go to the next step that somebody has to act at, or stand still for a receipt."""
        if any(rule.get("wait") for rule in self.step.get("files_to", [])):
            self.waiting = "receipt"
            return
        self.go_on(after_submit)

    def go_on(self, after_submit: bool = False) -> None:
        self.waiting = ""
        if after_submit and self.resume is not None:
            self.at, self.resume = self.resume, None
        else:
            self.at += 1
        while self.actors() is None:
            self.at += 1

    def index(self, key: str) -> int:
        return [step["key"] for step in self.steps].index(key)


def expected(text: str, scope_key: str, subject: str, unit: str | None) -> Expected:
    """The model of one register of the scheme in ``text``."""
    raw = json.loads(text)
    scope = next(scope for scope in raw["scopes"] if scope["key"] == scope_key)
    steps = next(route["steps"] for route in raw["routes"] if route["scope"] == scope_key)
    return Expected(steps=steps, scope=scope, subject=subject, unit=unit)
