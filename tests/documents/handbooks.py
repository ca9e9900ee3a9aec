"""A small bureau with handbooks to make: two sections, a leader in charge of one, registers in force."""

import datetime
import io
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from pypdf import PdfReader

from accounts.roles import Role
from documents.handbook import asking, making, volumes
from documents.handbook.making import Made
from registers.enums import RegisterState, Tier
from registers.models import Post, Register, Unit
from registers.services import in_force
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_cycle,
    make_post,
    make_power,
    make_register,
    make_regulation,
    make_row,
    make_scheme,
    make_section,
    put_in_charge,
)
from tests.plumbing.pdf import said_on
from tests.plumbing.remembered import remembered

MAY = datetime.date(2012, 5, 1)


@dataclass
class Ground:
    bureau: Unit
    planning: Unit
    building: Unit
    deputy: Post
    posts: dict[str, Post]
    registers: dict[str, Register]
    office: Any
    rule: Any


def enforce(register: Register, day: datetime.date = MAY, until: datetime.date | None = None) -> Register:
    """In force as the engine would leave it, without walking its road."""
    register.state = RegisterState.REPLACED if until else RegisterState.IN_FORCE
    register.number, register.in_force_from, register.in_force_until = "东建廉〔2012〕5号", day, until
    register.save()
    in_force.leave(register) if until else in_force.enter(register)
    return register


@remembered
def make_ground() -> Ground:
    """规划股 with three posts, 建筑管理股 with one; two points in each register."""
    bureau = make_bureau()
    leaders = make_section(bureau, "局领导")
    deputy = make_post(leaders, "副局长甲", tier=Tier.LEAD)
    planning, building = (
        make_section(bureau, "规划股", duties="城乡规划的编制和管理。"),
        make_section(bureau, "建筑管理股"),
    )
    put_in_charge(deputy, planning)
    cycle, rule = make_cycle(bureau, make_scheme("s000")), make_regulation(bureau)
    posts, registers = {}, {}
    for unit, name in (
        (planning, "规划许可岗"),
        (planning, "规划核实岗"),
        (planning, "选址岗"),
        (building, "施工许可岗"),
    ):
        post = posts[name] = make_post(unit, name, duties=f"{name}的职责。")
        power = make_power(post, f"{name}审批", steps=("受理", "审查", "决定"), legal_basis="《城乡规划法》第四十条")
        power.regulations.add(rule)
        registers[name] = make_register(post, cycle=cycle)
        for rank in (1, 2):
            make_row(registers[name], power=power, name=f"{name}风险{rank}", level_rank=rank)
        enforce(registers[name])
        appoint(post)
    office = grant(Role.OFFICE, bureau)
    return Ground(bureau, planning, building, deputy, posts, registers, office, rule)


def pdf_of(kind: str, pk: int, by, *, day: datetime.date | None = None, keep: bool = False) -> tuple[PdfReader, Made]:
    """The handbook, read back."""
    stream = io.BytesIO()
    scope = asking.scope_of(asking.Asked(kind, pk, day or timezone.localdate()), by=by)
    made = making.write_pdf(making.content_of(scope, by=by), stream, keep=keep)
    stream.seek(0)
    return PdfReader(stream), made


def file_of(kind: str, pk: int, format: str, by) -> bytes:
    """The file as it is downloaded."""
    stream = io.BytesIO()
    volumes.make(volumes.order_of(kind, pk, day=timezone.localdate(), format=format, by=by), stream, by=by)
    return stream.getvalue()


def all_text(book: PdfReader) -> str:
    return "".join(said_on(page) for page in book.pages)
