"""The stand-alone verifier: intact is said of what is intact only, and what does not fit is named."""

import ast
import hashlib
import json
import random
import subprocess
import sys

import pytest

from audit.verifier import checking, single
from audit.verifier.checking import verify
from audit.verifier.sm3 import SM3
from drills.verifier import run as drill
from tests.evidence import packs

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
SIXTY_FOUR = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@pytest.fixture
def history() -> packs.History:
    """Two bureaus; the hash was switched half-way."""
    rng, history = random.Random(5), packs.History([packs.Chain(3), packs.Chain(4)])
    for number in range(8):
        algorithm = "sha256" if number < 4 else "sm3"
        for chain in history.chains:
            history.add(chain, rng, algorithm, number % 3)
    return history


@pytest.fixture
def told(tmp_path, history):
    """What the verifier says of the history as it stands by now."""
    return lambda *checkpoints: verify(str(packs.write(tmp_path / "pack.zip", history)), checkpoints)


def test_our_own_sm3_gives_the_values_of_the_standard():
    assert SM3(b"abc").hexdigest() == ABC
    assert SM3(b"abcd" * 16).hexdigest() == SIXTY_FOUR


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL has no SM3")
def test_our_own_sm3_equals_that_of_the_machine():
    rng = random.Random(1)
    for length in [*range(140), 1000, 4096]:
        data = rng.randbytes(length)
        ours = SM3(data[: length // 3])
        ours.update(data[length // 3 :])
        assert ours.hexdigest() == hashlib.new("sm3", data).hexdigest(), length


def test_a_machine_without_sm3_uses_ours(told, monkeypatch):
    def none(name):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr("audit.verifier.sm3.hashlib.new", none)
    assert told()["result"] == "intact"


def test_an_honest_history_is_intact(told, history):
    first, last = history.chains
    said = told(first.checkpoint(2), last.checkpoint(-1, short=True), first.checkpoint(7, short=True).upper())
    assert (said["result"], said["problems"], said["checkpoints"]) == ("intact", [], 3)
    assert [(one["id"], one["seq"], one["algorithms"]) for one in said["bureaus"]] == [
        (3, 8, {"sha256": 4, "sm3": 4}),
        (4, 8, {"sha256": 4, "sm3": 4}),
    ]


@pytest.mark.parametrize(
    "kind, column, value, group",
    [
        ("event", "actor_name", "某", "personal"),
        ("event", "detail", {}, "personal"),
        ("event", "address", "192.0.2.8", "personal"),
        ("event", "salt", "0" * 32, "personal"),
        ("event", "actor", 4711, "rows"),
        ("event", "at", "2026-03-01T00:00:00.000000Z", "rows"),
        ("event", "verb", "signin", "rows"),
        ("change", "content", '{"name":"改"}', "content"),
        ("change", "row_id", "99", "rows"),
        ("change", "op", "D", "rows"),
    ],
)
def test_what_was_edited_is_named(told, history, kind, column, value, group):
    chain = history.chain(4)
    row = chain.events[5] if kind == "event" else chain.changes[5][1]
    row["sealed"] = (packs.seal_event if kind == "event" else packs.seal_change)(chain.links[5]["algorithm"], row)
    row[column] = value
    said = told()
    assert said["result"] == "damaged"
    problem = said["problems"][0]
    assert (problem["bureau"], problem["seq"], problem["group"]) == (4, 6, group)
    if group in ("personal", "content"):
        assert (problem["table"], problem["row"]) == (f"audit_{kind}", row["id"])
    else:
        assert problem["row"] == chain.events[5]["id"]


def test_a_row_whose_seal_is_not_kept_is_named_by_its_link(told, history):
    event = history.chain(4).events[5]
    event |= {"sealed": "", "actor_name": "某"}
    problem = told()["problems"][0]
    assert (problem["seq"], problem["row"], problem["group"]) == (6, event["id"], "rows")


def test_only_the_place_of_an_edit_is_blamed(told, history):
    history.chain(3).events[2]["result"] = "failed"
    assert {(one["bureau"], one["seq"]) for one in told()["problems"]} == {(3, 3)}


def test_a_gap_and_a_missing_row_are_named(told, history):
    chain = history.chain(3)
    chain.changes[2].pop(0)
    del chain.links[4:6], chain.events[4:6], chain.changes[4:6]
    said = [one["said"] for one in told()["problems"]]
    assert any("缺少数据改动" in one for one in said)
    assert "第 5 节到第 6 节缺失。" in said


def test_a_roll_back_is_found_by_what_left_the_machine_only(told, history):
    chain = history.chain(3)
    paper = chain.checkpoint(6, short=True)
    for rows in (chain.links, chain.events, chain.changes):
        del rows[5:]
    assert told()["result"] == "intact", "the chain alone cannot know"
    said = told(paper)
    assert said["result"] == "damaged"
    assert "退回" in said["problems"][0]["said"]


def test_a_chain_computed_anew_is_found_from_the_checkpoint_back(told, history):
    chain = history.chain(3)
    before, behind = chain.checkpoint(3), chain.checkpoint(5)
    chain.events[4]["actor"] = 1
    chain.relink(4)
    assert told(before)["result"] == "intact"
    assert told(behind)["result"] == "damaged"


def test_a_lawful_redaction_keeps_the_proof(told, history):
    rng = random.Random(2)
    history.redact(history.chain(3), 1, rng, "sm3")
    history.redact(history.chain(3), 5, rng, "sm3", change=True)
    said = told()
    assert said["result"] == "intact", said
    assert [one["redacted"] for one in said["bureaus"]] == [2, 0]


def test_a_blank_without_its_event_is_tampering(told, history):
    packs.blank(history.chain(3).events[1], "sha256")
    said = told()
    assert said["result"] == "damaged"
    assert "抹去" in said["problems"][0]["said"]


def test_a_checkpoint_of_a_bureau_that_is_not_there_is_not_passed_over(told, history):
    assert told("9-1 7f3a 9c02 11ab 90de")["result"] == "damaged"


@pytest.mark.parametrize("text", ["随便", "3-1 7f3a 9c02 11ab", "lianzheng checkpoint v1\n3 1 x\nmd5:00", ""])
def test_a_checkpoint_that_cannot_be_read_is_said(told, text):
    said = told(text)
    assert said["result"] == "unreadable"
    assert "检查点" in said["error"]


def test_full_width_digits_and_blanks_of_a_hand_copy_are_read(told, history):
    digest = history.chain(3).links[0]["digest"]
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in digest[:8]) + digest[8:16]
    assert told(f" ３－１　{wide} ")["result"] == "intact"


def test_checkpoints_are_read_from_files_and_folders(told, history, tmp_path):
    folder = tmp_path / "检查点"
    folder.mkdir()
    for chain in history.chains:
        (folder / f"{chain.bureau}.txt").write_text(chain.checkpoint(2) + chain.checkpoint(4), encoding="utf-8")
    assert told(str(folder))["checkpoints"] == 4
    assert told(str(folder / "3.txt"))["checkpoints"] == 2


def test_it_is_one_file_of_plain_python(tmp_path, history):
    """No package, no site-packages, syntax of 3.8; the exit code and the last line tell."""
    tree = ast.parse(single.text(), feature_version=(3, 8))
    imported = {node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)}
    assert imported <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    script = tmp_path / single.NAME
    script.write_text(single.text(), encoding="utf-8")
    pack = packs.write(tmp_path / "pack.zip", history)

    def ran(*arguments):
        command = [sys.executable, "-I", "-S", str(script), str(pack), *arguments]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    whole = ran("--checkpoint", history.chain(3).checkpoint(1))
    assert (whole.returncode, whole.stdout.splitlines()[-1]) == (0, "结论：完好"), whole.stderr
    history.chain(4).events[1]["actor_name"] = "\x1b[2J某"
    packs.write(pack, history)
    broken = ran()
    assert (broken.returncode, broken.stdout.splitlines()[-1]) == (1, "结论：不符")
    assert json.loads(ran("--json").stdout)["problems"][0]["seq"] == 2
    pack.write_bytes(b"nothing")
    assert ran().returncode == 2


def test_its_parts_share_no_name():
    """Put into one file, none of them hides another's."""
    names: list[str] = []
    for part in single.PARTS:
        tree = ast.parse((single.Path(single.__file__).parent / f"{part}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.append(node.name)
            elif isinstance(node, ast.Assign):
                names += [name.id for one in node.targets for name in ast.walk(one) if isinstance(name, ast.Name)]
    assert len(names) == len(set(names))


def test_a_million_rows_need_no_memory_of_their_own():
    """Numbers that came before are kept as bits."""
    seen = checking.Seen()
    assert not any(seen.again(number) for number in range(1, 200001))
    assert seen.again(77777)
    assert len(seen._blocks) < 400


MUTANTS = {
    "the seal": ("Chain", "_sealed", drill.unlooked),
    "repeated rows": ("Seen", "again", lambda self, number: False),
    "rows that no link names": ("Chain", "_strange", lambda self, kind, row, seq: None),
    "who named a redaction": ("Chain", "_redacted", lambda self, detail: self.blank.clear()),
    "checkpoints": ("Chain", "_checkpoints", lambda self, seq, algorithm, digest: self.wanted.pop(seq, None)),
    "the digest": ("", "same", lambda one, other: True),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_the_drill_finds_each_check_that_is_left_out(name, monkeypatch, tmp_path):
    owner, attribute, replaced = MUTANTS[name]
    module, path = drill.verifier(fault=False), tmp_path / "pack.zip"
    monkeypatch.setattr(getattr(module, owner) if owner else module, attribute, replaced)
    for number in range(1000):
        rng = random.Random(number)
        _, checkpoints = drill.attacked(rng, packs.honest(rng, 2, 4), path)
        if module.verify(str(path), checkpoints)["result"] == "intact":
            return
    pytest.fail(f"nobody noticed that {name} is not looked at")
