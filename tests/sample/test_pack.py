"""The filing pack itself: all that it must hold, the same bytes twice, nothing that is not for its readers."""

import hashlib
import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from documents.filing_pack import making, services
from documents.filing_pack.archive import Archive, safe
from documents.filing_pack.facts import Facts, facts_of
from documents.management.commands import filing_pack as command
from jobs import files, worker
from jobs.enums import JobState
from jobs.models import Job
from registers.models import Cycle
from tests import factories
from tests.plumbing.pdf import text_of
from workflow.models import Comment

pytestmark = pytest.mark.django_db
FOLDER = "县建设局"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def trial_user(trial: Cycle) -> User:
    """Somebody of the office."""
    return trial.meetings.earliest("pk").recorded_by


def small(facts: Facts) -> Facts:
    """One register of each scope, one notice, one meeting: the same papers in a tenth of the time."""
    entries = tuple(facts.of_scope(scope.key)[-1] for scope in facts.spec.scopes)
    return replace(facts, entries=entries, notices=facts.notices[1:2], meetings=facts.meetings[:1])


def one_of_each(facts: Facts) -> Facts:
    """A register, a notice, a meeting."""
    found = small(facts)
    return replace(found, entries=found.entries[:1])


def tiny(facts: Facts) -> Facts:
    """Hardly anything of the cycle: for what does not depend on the papers."""
    return replace(facts, entries=(), notices=(), meetings=(), filings=())


def packed(facts: Facts) -> bytes:
    stream = io.BytesIO()
    making.write(facts, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def pack(trial, django_db_blocker):
    """A small pack of the trial."""
    with django_db_blocker.unblock():
        return packed(small(facts_of(trial)))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        roots = {name.split("/")[0] for name in archive.namelist()}
        assert len(roots) == 1, "one folder"
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def test_the_same_data_give_the_same_bytes(trial):
    first, second = (packed(one_of_each(facts_of(trial))) for _ in range(2))
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()


def test_it_holds_contents_forms_records_evidence_opinions_totals_log_and_letters(pack):
    names = sorted(members(pack))
    for start, ending in (
        ("00目录", ".pdf"),
        ("00目录", ".html"),
        ("01备案报告/备案报告 东建备", ".pdf"),
        ("02登记表/岗位/附件1", ".pdf"),
        ("02登记表/岗位/附件4", ".xlsx"),
        ("02登记表/股室/附件2", ".pdf"),
        ("02登记表/股室/附件5", ".pdf"),
        ("02登记表/全局/附件3", ".pdf"),
        ("02登记表/全局/附件6", ".xlsx"),
        ("03汇总/", ".xlsx"),
        ("04办理意见/", ".pdf"),
        ("04办理意见/", ".xlsx"),
        ("05会议记录/会议记录", ".pdf"),
        ("06公示材料/东建公示", "公示.pdf"),
        ("06公示材料/东建公示", "公示情况记录.pdf"),
        ("07备案和印发/备案和回执", ".pdf"),
        ("07备案和印发/印发", ".xlsx"),
        ("08审计记录/", ".xlsx"),
        ("校验码", ".txt"),
    ):
        assert any(name.startswith(start) and name.endswith(ending) for name in names), (start, ending, names)


def test_the_checksums_are_those_of_the_files_and_name_all_of_them(pack):
    found = members(pack)
    lines = found.pop("校验码.txt").decode().splitlines()
    told = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_the_contents_name_every_file_and_every_check(pack):
    found = members(pack)
    text = text_of(found["00目录.pdf"])
    page = found["00目录.html"].decode()
    for name in found:
        if not name.startswith(("00", "校验码")):
            assert f'href="{name}"' in page
    assert "先签署、后公示" in page
    assert "县建设局2025年试点备案材料目录".replace("2025", "") in text.replace("2025", "")


def test_the_documents_name_the_bureau_only(pack):
    found = members(pack)
    for name, data in found.items():
        if name.endswith(".pdf"):
            assert PdfReader(io.BytesIO(data)).metadata.author == FOLDER, name
        if name.endswith(".xlsx"):
            assert openpyxl.load_workbook(io.BytesIO(data)).properties.creator == FOLDER, name


def test_the_log_is_told_in_words_and_without_addresses_comments_and_readers(pack):
    data = next(data for name, data in members(pack).items() if name.startswith("08"))
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=3, values_only=True))
    verbs = {row[3] for row in rows}
    assert {"提交登记表", "会议审定", "备案回执", "印发登记表"} <= verbs
    assert not verbs & {"打印表格", "导出表格", "收到公示意见", "办理公示意见"}
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_comments_stay_with_those_who_received_them(trial):
    notice = facts_of(trial).notices[-1]
    said = {"text": "不可外传的意见", "contact": "不可外传的电话", "answer": "机密答复"}
    Comment.objects.create(notice=notice, receipt="r", **said)
    facts = facts_of(trial)
    found = members(packed(replace(tiny(facts), notices=facts.notices[-1:])))
    record = next(data for name, data in found.items() if name.endswith("公示情况记录.pdf"))
    assert "收到意见1条，已办结0条" in text_of(record)
    for name, data in found.items():
        if name.endswith(".pdf"):
            data = text_of(data).encode()
        assert "不可外传".encode() not in data, name
        assert "机密答复".encode() not in data, name


def test_no_name_leaves_the_folder_and_none_is_written_twice():
    assert safe("../甲/乙:丙?.") == "甲 乙 丙"
    archive = Archive(io.BytesIO(), "备案/材料")
    archive.add("a.txt", b"1")
    with pytest.raises(ValueError, match="twice"):
        archive.add("a.txt", b"2")


# The page and the job -------------------------------------------------------------------------------------------------


def test_the_page_lists_the_gaps_with_links_and_the_button_makes_the_pack(client, trial, monkeypatch):
    user = trial_user(trial)
    client.force_login(user)
    monkeypatch.setattr(services, "facts_of", lambda cycle: tiny(facts_of(cycle)))
    address = reverse("filing_pack", args=[trial.pk])
    assert "材料完整" in client.get(address).content.decode()
    present = Cycle.objects.filter(bureau=trial.bureau).latest("pk")
    body = client.get(reverse("filing_pack", args=[present.pk])).content.decode()
    assert "还不完整" in body
    register = present.registers.filter(scope="post").exclude(state="in_force").earliest("unit__lft", "post__order")
    assert reverse("register", args=[register.pk]) in body
    answer = client.post(address)
    job = Job.objects.get()
    assert answer["Location"] == reverse("job_detail", args=[job.pk])
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.file_name == f"{trial.bureau}{trial.name}备案材料.zip"
    assert "校验码.txt" in members(files.path_of(job.file).read_bytes())
    event = Event.objects.get(verb="filing_pack.make")
    assert event.actor == user.pk
    assert event.detail["missing"] > 0, "in the tiny one the registers are not there"


# The command ----------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("filing_pack", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def test_the_command_checks_and_its_exit_code_says_whether_all_is_there(trial):
    code, said = run("--bureau", "县建设局", "--cycle", trial.name, "--check")
    assert code == 0
    assert "先签署、后公示：通过" in said
    present = Cycle.objects.filter(bureau=trial.bureau).latest("pk")
    code, said = run("--bureau", str(trial.bureau_id), "--cycle", str(present.pk), "--check")
    assert code == 1
    assert "缺漏：" in said


def test_the_command_writes_the_file_and_refuses_what_it_does_not_know(trial, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "facts_of", lambda cycle: tiny(facts_of(cycle)))
    out = tmp_path / "材料.zip"
    code, said = run("--bureau", "县建设局", "--cycle", trial.name, "--out", str(out))
    assert (code, out.exists()) == (1, True)
    assert "已写出" in said
    assert Event.objects.filter(verb="filing_pack.make").count() == 1
    assert run("--bureau", "没有的局", "--cycle", trial.name, "--check")[0] == 2
    assert run("--bureau", "县建设局", "--cycle", "没有的周期", "--check")[0] == 2
    assert run("--bureau", "县建设局", "--cycle", trial.name)[0] == 2
    nowhere = str(tmp_path / "没有的目录" / "材料.zip")
    assert run("--bureau", "县建设局", "--cycle", trial.name, "--out", nowhere)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["材料.zip"]


def test_the_command_makes_it_in_nobodys_name_who_could_not_have_it_himself(trial, tmp_path):
    asked = ("--bureau", "县建设局", "--cycle", trial.name, "--check", "--by")
    stranger = factories.grant(Role.OFFICE, factories.make_bureau("县水务局"))
    for user in (stranger, factories.grant(Role.LEADER, trial.bureau), factories.grant(Role.AUDIT_ADMIN, trial.bureau)):
        assert run(*asked, user.username)[0] == 2
    assert run(*asked, factories.grant(Role.OFFICE, trial.bureau).username)[0] == 0
