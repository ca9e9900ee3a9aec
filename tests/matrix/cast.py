"""Who asks, and for what: two bureaus in one database, eighteen kinds of people, objects near and far.

A *place* says where an object lies, seen from the holder: ``own`` is his post, section or register, ``same`` a
colleague's, ``other`` another section's, ``foreign`` another bureau's, ``none`` no such object.
"""

import datetime
import io
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from accounts.roles import Role
from accounts.sessions import SessionStore
from documents.offline.sending import send
from documents.offline.workbook import write as write_offline
from jobs.enums import JobState
from jobs.models import Job
from registers.importing import uploads
from registers.models import (
    Appointment,
    Block,
    Charge,
    CycleDate,
    Post,
    Power,
    Procedure,
    Register,
    RoleGrant,
)
from registers.services import keeping, offline, redactions, roles
from supervision.access import Subject
from supervision.services import letters
from supervision.services.letters import Draft
from tests.documents.plate_world import in_force
from tests.factories import grant, make_cycle, make_post, make_power, make_regulation, make_user
from tests.workflow.notice_world import at_notice, published, scheme_with
from tests.world import World, fill, make_world
from workflow import engine
from workflow.acts import Act, new_key
from workflow.models import Comment, Decision, Filing, Issuance, Meeting, MeetingItem, Proposal
from workflow.services import deciding, filling, notices

PLACES = ("own", "same", "other", "foreign", "none")
NOBODY = 987654321  # a number that no row has

# identity → whose account it is: the holder's bureau is 甲, the other one 乙.
PEOPLE = {
    "holder": "规划管理岗",
    "colleague": "选址审批岗",
    "head": "规划股股长",
    "other_head": "建筑管理股股长",
    "in_charge": "分管副局长",
    "leader": "主要领导",
    "office": "办公室甲",
    "leading_group": "领导小组甲",
    "discipline": "纪检组组长",
    "publisher": "公示员",
    "above": "上级纪委",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
IDENTITIES = ("anonymous", "deactivated", *PEOPLE, "foreign_office", "foreign_holder")


@dataclass
class Cast:
    """The two worlds, a session for everybody, and the arguments of every address by place."""

    near: World
    far: World
    sessions: dict[str, str] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, kind: str, **by_place: Any) -> None:
        self.objects[kind] = by_place


@transaction.atomic
def make_cast() -> Cast:
    cast = Cast(make_world("s000", tag="甲"), make_world("s000", tag="乙"))
    for identity, name in PEOPLE.items():
        cast.sessions[identity] = session_of(cast.near.people[name])
    cast.sessions["foreign_office"] = session_of(cast.far.people["办公室甲"])
    cast.sessions["foreign_holder"] = session_of(cast.far.people["规划管理岗"])
    gone = grant(Role.OFFICE, cast.near.bureau, make_user("离任办公室人员"))
    cast.sessions["deactivated"] = session_of(gone)
    gone.is_active = False
    gone.save()
    _organisation(cast)
    _powers(cast)
    _registers(cast)
    _batches(cast)
    _uploads(cast)
    _offline(cast)
    _notices(cast)
    _letters(cast)
    _jobs(cast)
    _redactions(cast)
    return cast


def _letters(cast: Cast) -> None:
    """A letter of supervision to each post, issued by the office of its bureau."""
    found = {}
    for place, post in cast.objects["post"].items():
        world = cast.far if place == "foreign" else cast.near
        draft = Draft("rectify", "登记表超过期限", due_on=timezone.localdate())
        subject = Subject(post.unit, post)
        found[place] = letters.issue(by=world.people["办公室甲"], subject=subject, draft=draft, key=new_key())
    cast.put("letter", **found)


def session_of(user: User) -> str:
    """The key of a session in which the user is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _organisation(cast: Cast) -> None:
    near, far = cast.near, cast.far
    posts = {
        "own": near.posts["规划管理岗"],
        "same": near.posts["选址审批岗"],
        "other": near.posts["施工许可岗"],
        "foreign": far.posts["规划管理岗"],
    }
    cast.put("post", **posts)
    cast.put("appointment", **{place: Appointment.objects.get(post=post) for place, post in posts.items()})
    units = {"own": near.sections["规划股"], "other": near.sections["建筑管理股"], "foreign": far.sections["规划股"]}
    cast.put("unit", **units)
    waiting = {
        place: Appointment.objects.create(post=post, user=make_user("待任"), pending=True)
        for place, post in posts.items()
    }
    cast.put("pending", **waiting)
    cast.put("charge", **{place: Charge.objects.get(unit=unit) for place, unit in units.items()})
    cast.put("bureau", own=near.bureau, foreign=far.bureau)
    cast.put("user", own=near.people["规划管理岗"], foreign=far.people["规划管理岗"])
    cast.put(
        "grant",
        own=RoleGrant.objects.get(user=near.people["公示员"]),
        foreign=RoleGrant.objects.get(user=far.people["公示员"]),
    )
    asked = {"own": near, "foreign": far}
    cast.put("handed", **{place: _handed(world) for place, world in asked.items()})
    cast.put("pending_grant", **{place: _pending_grant(world) for place, world in asked.items()})


def _redactions(cast: Cast) -> None:
    """The discipline group of each bureau has asked for something to be blanked."""
    asked = {"datum": "110101199003071399", "what": "证件号", "ground": "本人申请"}
    made = {
        place: redactions.propose(by=world.people["纪检组组长"], bureau=world.bureau, **asked)
        for place, world in (("own", cast.near), ("foreign", cast.far))
    }
    cast.put("redaction", **made)


def _handed(world: World) -> User:
    """An account with power over others whose password the system administrator has just reset."""
    user = grant(Role.LEADER, world.bureau, make_user("重置了密码的领导"))
    keeping.reset_password(by=world.people["系统管理员"], user=user)
    return user


def _pending_grant(world: World) -> RoleGrant:
    """A role that the office has asked for."""
    asked = {"role": Role.PUBLISHER, "unit": world.bureau, "user": make_user("待授的公示员")}
    return roles.grant_role(by=world.people["办公室甲"], **asked)


def _pending(post: Post) -> Appointment:
    return Appointment.objects.create(post=post, user=make_user("待任"), pending=True)


def _powers(cast: Cast) -> None:
    for post in cast.objects["post"].values():
        make_power(post, "另一职权", steps=("受理", "审查"))
    powers = {place: Power.objects.get(post=post, name="另一职权") for place, post in cast.objects["post"].items()}
    cast.put("power", **powers)
    shown = {"own": cast.near.sections["规划股"], "foreign": cast.far.sections["规划股"]}
    cast.put("public_power", **{place: make_power(unit, "公开职权", published=True) for place, unit in shown.items()})
    cast.put("procedure", **{place: Procedure.objects.get(power=power) for place, power in powers.items()})
    cast.put("regulation", own=make_regulation(cast.near.bureau), foreign=make_regulation(cast.far.bureau))
    cast.put("scheme", own=cast.near.cycle.scheme)


def _registers(cast: Cast) -> None:
    """The holder's own is being filled; his colleague's lies with the office; the other section's with its peers."""
    near, far = cast.near, cast.far
    registers = {
        "own": near.register("post", "规划管理岗"),
        "same": near.register("post", "选址审批岗"),
        "other": near.register("post", "施工许可岗"),
        "foreign": far.register("post", "规划管理岗"),
    }
    for place, register in registers.items():
        world = far if place == "foreign" else near
        by = world.people[register.post.name]
        filling.claim(register=register, by=by)
        fill(register)
        if place in ("same", "other"):
            filling.submit(register=register, by=by, act=Act())
    register = engine.locked(registers["same"].pk)
    for name in ("规划管理岗", "规划股股长"):
        if engine.step_of(register).key != "peers":
            break
        deciding.opine(register=register, by=near.people[name], act=Act(opinion="没有补充"))
        register = engine.locked(register.pk)
    cast.put("register", **registers)
    sections = {"own": near.register("section", "规划股"), "other": near.register("section", "建筑管理股")}
    cast.put("section_register", **sections, foreign=far.register("section", "规划股"))
    cast.put("row", **{place: Block.objects.filter(register=row).first() for place, row in registers.items()})
    proposals = {}
    for place, row in registers.items():
        decision = Decision.objects.filter(register=row).first() or _decision(row)
        proposals[place] = Proposal.objects.create(register=row, decision=decision, name="建议的风险点")
    cast.put("proposal", **proposals)


def _decision(register: Register) -> Decision:
    return Decision.objects.create(
        register=register, step=register.step, step_name="自查", round=1, action="opine", key=new_key()
    )


def _uploads(cast: Cast) -> None:
    """An upload that waits for its confirmation, in each bureau."""
    made = {}
    for place, world in (("own", cast.near), ("foreign", cast.far)):
        book = Workbook()
        book.active.append(["序号", "岗位", "职权内容", "风险点", "风险等级", "防控措施"])
        book.active.append([1, "规划管理岗", "规划许可", "越权审批", "一级", "双人办理"])
        stream = io.BytesIO()
        book.save(stream)
        unit, by = world.sections["规划股"], world.people["办公室甲"]
        made[place] = uploads.keep(data=stream.getvalue(), by=by, unit=unit.pk, cycle=world.cycle.pk, name="表.xlsx")
    cast.put("upload", **made)
    cast.put("catalogue_upload", **_catalogue_uploads(cast))


def _catalogue_uploads(cast: Cast) -> dict[str, Any]:
    """A list of units that waits for its confirmation, in each bureau."""
    made = {}
    for place, world in (("own", cast.near), ("foreign", cast.far)):
        book = Workbook()
        book.active.append(["机构名称", "性质"])
        book.active.append(["新设的股", "股室"])
        stream = io.BytesIO()
        book.save(stream)
        asked = {"unit": world.bureau.pk, "cycle": 0, "name": "机构.xlsx", "decided": {"catalogue": "organisation"}}
        made[place] = uploads.keep(data=stream.getvalue(), by=world.people["办公室甲"], **asked)
    return made


def _offline(cast: Cast) -> None:
    """A register handed out as a workbook to its filler, and the same workbook sent in by him, in each bureau."""
    forms, batches = {}, {}
    for place, world in (("own", cast.near), ("foreign", cast.far)):
        by, stream = world.people["规划管理岗"], io.BytesIO()
        forms[place] = offline.issue(register=cast.objects["register"][place], by=by)
        write_offline(forms[place], stream)
        batches[place] = send([("离线表.xlsx", stream.getvalue())], by)
    cast.put("offline_form", **forms)
    cast.put("offline_batch", **batches)


def _batches(cast: Cast) -> None:
    today = timezone.localdate()
    made: dict[str, dict[str, Any]] = {"cycle": {}, "date": {}, "meeting": {}, "filing": {}, "issuance": {}}
    for place, world in (("own", cast.near), ("foreign", cast.far)):
        office, register = world.people["办公室甲"], cast.objects["register"][place]
        common = {"bureau": world.bureau}
        made["cycle"][place] = world.cycle
        made["date"][place] = CycleDate.objects.filter(cycle=world.cycle).first()
        meeting = Meeting.objects.create(
            **common, cycle=world.cycle, body="局办公会议", held_on=today, number="1", recorded_by=office
        )
        MeetingItem.objects.create(meeting=meeting, register=register, outcome="passed")
        made["meeting"][place] = meeting
        made["issuance"][place] = Issuance.objects.create(
            **common, cycle=world.cycle, number="旧1", title="印发", issued_on=today, in_force_from=today, by=office
        )
        made["filing"][place] = Filing.objects.create(
            **common, to_unit=world.authority, body="县纪委", number="旧1", filed_on=today, by=office
        )
    for kind, by_place in made.items():
        cast.put(kind, **by_place)


def _jobs(cast: Cast) -> None:
    """A job that waits and one whose file is not kept any more: the holder's, a colleague's, a stranger's."""
    near, far = cast.near.people, cast.far.people
    people = {"own": near["规划管理岗"], "same": near["选址审批岗"], "foreign": far["规划管理岗"]}
    long_ago = timezone.now() - datetime.timedelta(days=99)
    cast.put("job", **{place: Job.objects.create(kind="ledger", title="等", by=by) for place, by in people.items()})
    gone = {"kind": "ledger", "title": "旧", "state": JobState.DONE, "seen": True, "expires_at": long_ago}
    cast.put("old_job", **{place: Job.objects.create(by=by, **gone) for place, by in people.items()})


def _notices(cast: Cast) -> None:
    """In each bureau a draft, an open notice within the bureau, and one to society with a comment on it."""
    kinds: dict[str, dict[str, Any]] = {
        "draft": {},
        "inner": {},
        "society": {},
        "item": {},
        "comment": {},
        "inner_item": {},
        "plated": {},
    }
    for place, world in (("own", cast.near), ("foreign", cast.far)):
        for kind, audience in (("inner", "bureau"), ("society", "society"), ("draft", "bureau")):
            world_cycle, world.cycle = (
                world.cycle,
                make_cycle(world.bureau, scheme_with(audience), year=2026, series=kind),
            )
            post = make_post(world.sections["规划股"], f"{kind}公示岗")
            register = at_notice(world.cycle, post, rows=1)
            if kind == "draft":
                notice = notices.draft_notice(
                    by=world.people["办公室甲"], cycle=world.cycle, rule="shown", registers=[register], contact="纪检组"
                )
            else:
                notice = published(world, register)
            kinds[kind][place] = notice
            if kind == "society":
                kinds["plated"][place] = make_post(world.sections["规划股"], "公示牌岗")
                in_force(world.cycle, kinds["plated"][place])
            world.cycle = world_cycle
        kinds["item"][place] = kinds["society"][place].items.get()
        kinds["inner_item"][place] = kinds["inner"][place].items.get()
        kinds["comment"][place] = Comment.objects.create(
            notice=kinds["society"][place], item=kinds["item"][place], text="意见", receipt=f"{place}-receipt"
        )
    for kind, by_place in kinds.items():
        cast.put(kind, **by_place)
