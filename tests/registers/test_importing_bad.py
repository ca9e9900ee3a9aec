"""Each bad workbook gets its sentence and harms nothing: nothing written, bounded memory and time, the site goes on."""

import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from accounts.roles import Role
from registers.importing import guards, reading
from registers.models import Block, Post, Power
from tests import factories
from tests.registers.bad_workbooks import BAD, HEAD, ROW, plain
from tests.registers.workbooks import saved, workbook

pytestmark = pytest.mark.django_db
MOST_SECONDS = 40  # by the clock of a busy machine
MOST_GROWN = 64 * 1024  # kilobytes of this process


@pytest.fixture(autouse=True)
def _own_media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(client):
    """A bureau with an open register, and its office signed in."""
    bureau = factories.make_bureau()
    cycle = factories.make_cycle(bureau)
    factories.make_register(factories.make_section(bureau), cycle=cycle)
    client.force_login(factories.grant(Role.OFFICE, bureau))
    return client, bureau, cycle


def send(place, data: bytes, name: str = "表.xlsx"):
    client, bureau, cycle = place
    return client.post(
        reverse("import"), {"unit": bureau.pk, "cycle": cycle.pk, "file": SimpleUploadedFile(name, data)}
    )


def test_there_are_more_than_thirty_of_them():
    assert len(BAD) >= 30


@pytest.mark.parametrize("case", list(BAD))
def test_a_bad_workbook_gets_its_sentence_and_harms_nothing(case):
    make, said = BAD[case]
    data = make()
    before, begun = _memory(), time.monotonic()
    with pytest.raises(guards.Unreadable, match=said) as refusal:
        reading.read(data)
    assert time.monotonic() - begun < MOST_SECONDS
    assert _memory() - before < MOST_GROWN
    assert str(refusal.value).endswith("。")
    assert str(refusal.value).count("\n") == 0


@pytest.mark.parametrize("case", ["csv，GB18030", "一千兆的炸弹", "两万行", "没有传完整"])
def test_the_sentence_stands_on_the_form_and_nothing_is_kept(case, place, tmp_path):
    answer = send(place, BAD[case][0]())
    assert answer.status_code == 422
    assert BAD[case][1].split("|")[0] in answer.content.decode()
    assert not list(tmp_path.rglob("*.xlsx"))
    assert [model.objects.count() for model in (Block, Post, Power)] == [0, 0, 0]
    assert send(place, plain()).status_code == 302  # the next one is taken as if nothing had been


def test_nothing_of_a_bad_file_can_stop_the_child_from_being_stopped(monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 0.01)
    with pytest.raises(guards.Unreadable, match="已停止"):
        reading.read(plain())


def test_the_child_knows_neither_django_nor_our_settings():
    code = "import registers.importing.child, sys; print('django' in sys.modules)"
    done = reading.subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=reading.settings.BASE_DIR
    )
    assert done.stdout.strip() == b"False"


def test_the_child_starts_no_process_writes_no_file_and_knows_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("LIANZHENG_SECRET_KEY", "geheim")
    monkeypatch.setenv("LIANZHENG_DATABASE_URL", "postgresql://u:geheim@host/base")
    monkeypatch.setenv("PGPASSWORD", "geheim")
    given = []
    run = reading.subprocess.run
    monkeypatch.setattr(
        reading.subprocess, "run", lambda *args, **told: given.append(told["env"]) or run(*args, **told)
    )
    reading.read(plain())
    assert given[0].keys() == {"PATH", "LANG", "TMPDIR"}
    code = (
        "import resource; from registers.importing import child; child.limit(0);"
        "print([resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in ('NPROC', 'FSIZE', 'AS', 'CPU')])"
    )
    done = run([sys.executable, "-c", code], capture_output=True, check=True, cwd=reading.settings.BASE_DIR)
    assert eval(done.stdout) == [(0, 0), (0, 0), (768 << 20, 768 << 20), (30, 30)]


def test_many_uploads_at_once_are_read_a_few_at_a_time_and_the_rest_are_asked_to_wait(monkeypatch):
    running, most, lock = [0], [0], threading.Lock()
    run = reading.subprocess.run

    def counted(*args, **told):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        try:
            return run(*args, **told)
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(reading.subprocess, "run", counted)
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(reading.read, [plain()] * 6))
    assert most[0] <= reading.AT_ONCE
    monkeypatch.setattr(reading, "QUEUE", 0)
    for _ in range(reading.AT_ONCE):
        reading._PLACES.acquire()
    try:
        with pytest.raises(guards.Unreadable, match="过一会儿"):
            reading.read(plain())
    finally:
        reading._PLACES.release(reading.AT_ONCE)


# Tables that can be read but not imported: each fault with its cell ---------------------------------------------------

WRONG: dict[str, tuple[list[list], str]] = {
    "表头不认得": ([["甲", "乙", "丙", "丁"], ["1", "2", "3", "4"]], "认不出表头"),
    "两列同一表头": ([[*HEAD, "防范措施"], [*ROW, "其他"]], "不知道用哪一列"),
    "公式": ([HEAD, [*ROW[:5], "=A1&B1", "股长"]], "F列（防控措施） 这一格是公式"),
    "外部链接": ([HEAD, [*ROW[:5], "=[1]Sheet1!A1", "股长"]], "引用了别的工作簿"),
    "命令冒充公式": ([HEAD, [*ROW[:5], "=cmd|'/c calc'!A0", "股长"]], "这一格是公式"),
    "错误值": ([HEAD, [*ROW[:5], "#REF!", "股长"]], "错误值“#REF!”"),
    "等级不认得": ([HEAD, [*ROW[:4], "特高", *ROW[5:]]], "没有“特高”这个等级"),
    "机构不认得": ([HEAD, ["1", "没有的股", *ROW[2:]]], "没有“没有的股”这个机构"),
    "只有表头": ([HEAD], "表头之下没有可以导入的行"),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_a_wrong_table_is_told_cell_by_cell_and_cannot_be_confirmed(case, place):
    rows, said = WRONG[case]
    url = send(place, workbook(rows)).url
    page = place[0].get(url)
    text = " ".join(page.content.decode().replace("<td", " <td").split())
    found = [f"{error.place} {error.said}" for error in page.context["errors"]]
    assert any(said in each for each in found), found
    assert 'value="confirm"' not in text
    assert place[0].post(url, {"act": "confirm", "seen": page.context["seen"]}).status_code == 409
    assert not Block.objects.exists()


def test_merged_chaos_is_read_without_harm(place):
    """Title rows, heads and rows merged across and down as people do when they draw a table."""
    book = Workbook()
    sheet = book.active
    for row in (["标题"], HEAD, ROW, ["", "", "", "拖延", "", "", ""], ["合计", "", "", "2", "", "", ""]):
        sheet.append(row)
    for ref in ("A1:G1", "A3:A4", "B3:C4", "E3:G4", "A5:C5"):
        sheet.merge_cells(ref)
    assert send(place, saved(book)).status_code == 302


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
