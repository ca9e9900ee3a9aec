"""Whatever field a table has: a stranger sees those of the list below and no other."""

import re

import pytest
from django.apps import apps
from django.db import models, transaction
from django.urls import reverse

from registers.models import Block, Power, RiskPoint
from tests.factories import make_power, make_regulation
from tests.plumbing.database import behind_its_back
from tests.workflow.notice_world import at_notice, make_notice_world, published
from workflow import seals
from workflow.models import Notice
from workflow.services import comments

# What a stranger may read of a register in a notice, of a notice, and of a power that was published.
ALLOWED = {
    "registers_register.subject_name",  # of the post or section, as it was when the register was made
    "registers_unit.name",
    "registers_riskpoint.name",
    "registers_control.text",
    "registers_responsibility.text",
    "registers_power.name",
    "registers_power.exercising_body",
    "registers_power.content",
    "registers_power.legal_basis",
    "registers_power.conditions",
    "registers_power.procedure_text",
    "registers_power.time_limit",
    "registers_power.supervision",
    "registers_procedure.name",
    "registers_procedurestep.name",
    "registers_procedurestep.time_limit",
    "registers_regulation.title",
    "workflow_notice.title",
    "workflow_notice.body",
    "workflow_notice.contact",
    "workflow_notice.number",
}
SHORTEST = 20  # a field that takes fewer characters holds a key or a word of ours
# Fields of text that steer the program, and two that hold what is read as JSON.
STEERING = frozenset(
    "lineage step to_step return_to desk instead_of waiting resume_at channel kind series leads_to area field key scope"
    " subject_key rule klass sort_key".split()
)
WHOLE = {"registers_scheme.body", "registers_formlayout.body", "registers_offlineform.content", "workflow_seal.content"}


def texts_of(model: type[models.Model]) -> list[models.Field]:
    """Its fields that a person may write anything in."""
    unique = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
    return [
        field
        for field in model._meta.local_fields
        if field.name not in unique
        and isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and (field.max_length or SHORTEST) >= SHORTEST
        and field.name not in STEERING
        and f"{model._meta.db_table}.{field.name}" not in WHOLE
    ]


class Marks:
    """A word for every field, that stands nowhere else."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def of(self, name: str) -> str:
        known = {field: word for word, field in self.names.items()}
        word = known.get(name, f"记号{len(known):03}甲")
        self.names[word] = name
        return word

    def put(self, *chosen: type[models.Model]) -> None:
        """The word of each field into all rows of these tables, whatever guards them."""
        with behind_its_back():
            for model in chosen:
                name = model._meta.db_table
                words = {field.name: self.of(f"{name}.{field.column}") for field in texts_of(model)}
                if words:
                    model._base_manager.all().update(**words)

    def seen_in(self, text: str) -> set[str]:
        return {self.names[word] for word in re.findall(r"记号\d{3}甲", text)}


@pytest.fixture
def crawled(client, db) -> tuple[Marks, set[str]]:
    """Marks everywhere, before and after a notice was published; and what a stranger saw of them."""
    world, marks = make_notice_world(), Marks()
    content = [model for model in apps.get_app_config("registers").get_models() if not hasattr(model, "instance_type")]
    with transaction.atomic():
        register = at_notice(world.cycle, world.posts["规划管理岗"])
        row = Block.objects.filter(register=register).first()
        row.responsibilities.create(height="direct", text="甲")
        open_one = make_power(world.sections["规划股"], "用地规划许可", ("受理", "审查"), published=True)
        open_one.regulations.add(make_regulation(world.bureau))
    marks.put(*content)
    with transaction.atomic():
        seals.seal(register=register, by=register.filler)
    notice = published(world, register)
    comments.add_comment(notice=notice, item=None, text="一条意见的文字", contact="某信箱", address="203.0.113.1")
    marks.put(
        *content,
        *(
            model
            for label in ("accounts", "audit", "workflow", "jobs")
            for model in apps.get_app_config(label).get_models()
        ),
    )
    assert Power.objects.filter(published=True).count() == 1
    assert RiskPoint.objects.count() == 2
    return marks, marks.seen_in(crawl(client))


def crawl(client) -> str:
    """Every page that a stranger reaches from the first one, one after the other."""
    waiting, seen, told = [reverse("public"), reverse("login")], set(), []
    waiting += [reverse("public_screen", args=[notice.pk]) for notice in Notice.objects.all()]
    while waiting:
        url = waiting.pop()
        if url in seen or url.endswith("/pdf/"):
            continue
        seen.add(url)
        response = client.get(url)
        if response.status_code == 200:
            told.append(response.content.decode())
            waiting += re.findall(r'href="(/public/[^"#]*)"', told[-1])
    assert len(told) > 7
    return "\n".join(told)


def test_a_stranger_sees_the_fields_of_the_list_and_no_other(crawled):
    marks, seen = crawled
    assert len(marks.names) > 100
    assert seen - ALLOWED == set(), "a stranger sees what is not on the list"
    assert ALLOWED - seen == set(), "on the list stands what nobody sees"
