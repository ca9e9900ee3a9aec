"""What is kept of an issued form: the content as it was, the columns, and the words of its lists."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registers.content import canonical, content_of
from registers.forms.offers import Offers
from registers.models import Block, OfflineForm, Post, Register
from registers.offline.columns import (
    OF_POINT,
    OF_ROW,
    OWN,
    Column,
    columns_from,
    columns_json,
    columns_of,
    head_columns,
)
from registers.offline.shape import FACTOR, Whole, from_json, to_json
from registers.offline.words import Pairs, Words, named
from registers.rows import data_of, rows_of

FORMAT = 1  # of the workbook and of what is kept of it


@dataclass(frozen=True)
class Ground:
    """The kept text of an issued form, ready to use."""

    data: dict[str, Any]

    @classmethod
    def of(cls, form: OfflineForm) -> "Ground":
        """The ground of an issued form."""
        return cls(json.loads(form.content))

    @cached_property
    def whole(self) -> Whole:
        return from_json(self.data["whole"])

    @cached_property
    def columns(self) -> list[Column]:
        return columns_from(self.data["columns"])

    @cached_property
    def head(self) -> list[Column]:
        return columns_from(self.data["head"])

    @cached_property
    def words(self) -> Words:
        return Words({name: [(word, value) for word, value in pairs] for name, pairs in self.data["lists"].items()})

    @cached_property
    def step_powers(self) -> dict[int, int]:
        return {step: power for step, power in self.data["steps"]}

    @cached_property
    def step_names(self) -> dict[tuple[int, str], int]:
        """The link of a power by its bare name."""
        return {(power, name): step for power, name, step in self.data["step_names"]}


def whole_of(register: Register, blocks: Iterable[Block] | None = None) -> Whole:
    """The register as it is stored now, as cells. The register's own fields are taken as they are given."""
    head = {f"{FACTOR}{key}": value for key, value in sorted(register.factors.items()) if value}
    head |= {"declared_rank": register.declared_rank, "zero_reason": register.zero_reason}
    blocks = rows_of(register) if blocks is None else blocks
    return Whole(head, {block.lineage: data_of(block) for block in blocks})


def mark_of(whole: Whole) -> str:
    """One text of a content, to see whether it is still the same."""
    return canonical(to_json(whole))


def ground_of(register: Register, offers: Offers) -> dict[str, Any]:
    """Everything that the workbook says, as plain values: the same values make the same workbook."""
    blocks = list(rows_of(register))
    step = offers.spec.route(register.scope).step(register.step)
    return {
        "format": FORMAT,
        "content": content_of(register),
        "step": {"key": step.key, "name": step.name, "round": register.round, "parts": sorted(offers.parts)},
        "whole": to_json(whole_of(register, blocks)),
        "columns": columns_json(columns_of(register, offers)),
        "head": columns_json(head_columns(register, offers)),
        "lists": lists_of(register, offers, blocks),
        "steps": [[row.pk, row.procedure.power_id] for row in offers.steps],
        "step_names": [[row.procedure.power_id, " ".join(row.name.split()), row.pk] for row in offers.steps],
        "notes": _notes(offers),
    }


def lists_of(register: Register, offers: Offers, blocks: list[Block]) -> dict[str, Pairs]:
    """The words of every list: what is offered, and what already stands in the rows though it is offered no more."""
    powers = {power.pk: (power.pk, power.name, power.unit.name if power.post_id else "") for power in offers.powers}
    posts = {post.pk: (post.pk, post.name, post.unit.name) for post in offers.posts}
    names = {power.pk: power.name for power in offers.powers}
    steps = {row.pk: (row.pk, row.name, names.get(row.procedure.power_id, "")) for row in offers.steps}
    rules = {int(choice.value): (int(choice.value), choice.label, "") for choice in offers.regulations.all}
    for block in blocks:
        if block.power:
            powers.setdefault(block.power_id, (block.power_id, block.power.name, block.power.unit.name))
        if block.step:
            steps.setdefault(block.step_id, (block.step_id, block.step.name, ""))
        for post in _posts_on(block):
            posts.setdefault(post.pk, (post.pk, post.name, ""))
        for control in block.controls.all():
            if control.regulation:
                rules.setdefault(control.regulation_id, (control.regulation_id, control.regulation.title, ""))
    lists = {"power": powers.values(), "step": steps.values(), "post": posts.values(), "regulation": rules.values()}
    return {name: named(options) for name, options in lists.items()} | _closed_lists(offers, blocks)


def _posts_on(block: Block) -> list[Post]:
    found = [block.post, *(control.owner for control in block.controls.all())]
    found += [said.post for said in block.responsibilities.all()]
    return [post for post in found if post is not None]


def _closed_lists(offers: Offers, blocks: list[Block]) -> dict[str, Pairs]:
    """The words of the scheme."""
    lists = {"kind": offers.kinds, "klass": offers.classes, "channel": offers.channels}
    lists["control_kind"] = offers.control_kinds
    lists |= {f"{FACTOR}{factor.key}": choices for factor, choices in offers.factors}
    lists |= {f"head-{FACTOR}{factor.key}": choices for factor, choices in offers.subject_factors}
    found = {name: [(choice.value, choice.label, "") for choice in choices.all] for name, choices in lists.items()}
    for name, value in _words_on(blocks):
        if name in found and value and value not in {option[0] for option in found[name]}:
            found[name].append((value, value, ""))  # a word of an older edition stays as it is
    found["level"] = [(int(choice.value), choice.label, "") for choice in offers.levels.all]
    found[OWN] = [(OF_POINT, OF_POINT, ""), (OF_ROW, OF_ROW, "")]
    return {name: named(options) for name, options in found.items()}


def _words_on(blocks: list[Block]):
    for block in blocks:
        for point in block.points.all():
            yield from (("kind", point.kind), ("klass", point.klass), ("channel", point.channel))
            yield from ((f"{FACTOR}{key}", value) for key, value in point.factors.items())
        yield from (("control_kind", control.kind) for control in block.controls.all())


def _notes(offers: Offers) -> dict[str, Any]:
    """What helps to fill without the network: the kinds with their meaning, and the questions."""
    kinds = [[choice.label, choice.text] for choice in (*offers.kinds.all, *offers.classes.all)]
    tier = offers.register.post.tier if offers.register.post else ""
    questions = [question.text for question in offers.spec.questions_of(offers.register.scope, tier)]
    return {"kinds": kinds, "questions": questions}
