"""Made histories and their packs, written from docs/evidence.md alone: nothing here comes from the program."""

import hashlib
import json
import random
import zipfile
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FAMILY, WORDS = "甲乙丙丁戊己庚辛", ("同意", "退回", "𠮷", 'a"b\\c', "长" * 40, "\u2028", "é", "")
VERBS = ("register.agree", "register.change", "signin", "filing.make", "role.grant")


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(algorithm: str, value: Any) -> str:
    return hashlib.new(algorithm, canonical(value).encode()).hexdigest()


def seal_event(algorithm: str, event: Row) -> str:
    keys = ("salt", "actor_name", "actor_post", "object_label", "detail", "address")
    return digest(algorithm, [event[key] for key in keys])


def seal_change(algorithm: str, change: Row) -> str:
    return digest(algorithm, [change["salt"], change["content"]])


def commit(algorithm: str, row: Row) -> str:
    """Of an event or a change. Its seal need not be kept while there is what was sealed."""
    if not row["sealed"]:
        row = row | {"sealed": (seal_event if "verb" in row else seal_change)(algorithm, row)}
    if "verb" in row:
        keys = ("id", "at", "bureau", "verb", "result", "object_type", "object_id", "actor", "sealed")
        return digest(algorithm, ["event", *(row[key] for key in keys)])
    return digest(algorithm, ["change", *(row[key] for key in ("id", "table_name", "row_id", "op", "sealed"))])


def ids(numbers: list[int]) -> str:
    """[5, 7, 8, 9] as "5,7-9"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


@dataclass
class Chain:
    """One bureau: its links, each with its event and changes."""

    bureau: int
    links: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    changes: list[list[Row]] = field(default_factory=list)

    def link(self, place: int) -> None:
        """Compute the link at a place anew from what stands there now."""
        link, before = self.links[place], self.links[place - 1]["digest"] if place else ""
        algorithm = link["algorithm"]
        commits = [commit(algorithm, change) for change in self.changes[place]]
        said = ["link", algorithm, link["bureau"], link["seq"], before, commit(algorithm, self.events[place]), commits]
        link["digest"] = digest(algorithm, said)

    def relink(self, place: int) -> None:
        """What an insider with all rights does: compute the chain anew from a place to its end."""
        for number in range(place, len(self.links)):
            self.link(number)

    def checkpoint(self, place: int, short: bool = False) -> str:
        link = self.links[place]
        if short:
            start = link["digest"]
            return f"{self.bureau}-{link['seq']} {start[:4]} {start[4:8]} {start[8:12]} {start[12:16]}"
        head = f"{self.bureau} {link['seq']} {self.events[place]['at']}"
        return f"lianzheng checkpoint v1\n{head}\n{link['algorithm']}:{link['digest']}\n"


@dataclass
class History:
    """Several bureaus, whose rows share their numbers."""

    chains: list[Chain] = field(default_factory=list)
    loose: list[Row] = field(default_factory=list)
    next_event: int = 1
    next_change: int = 1

    def copy(self) -> "History":
        return deepcopy(self)

    def chain(self, bureau: int) -> Chain:
        return next(chain for chain in self.chains if chain.bureau == bureau)

    def add(self, chain: Chain, rng: random.Random, algorithm: str, changes: int, **over: Any) -> Row:
        """One event at the end of a chain, with so many changes."""
        event = {
            "id": self.next_event, "at": f"2026-03-{rng.randint(1, 28):02}T08:00:00.{rng.randrange(10**6):06}Z",
            "bureau": chain.bureau, "verb": rng.choice(VERBS), "result": "ok", "object_type": "register",
            "object_id": rng.choice([None, rng.randint(1, 99)]), "actor": rng.choice([None, rng.randint(1, 99)]),
            "actor_name": rng.choice(FAMILY), "actor_post": "科长", "object_label": rng.choice(WORDS),
            "detail": {"said": rng.choice(WORDS), "round": rng.randint(1, 4), "half": rng.random(), "none": None},
            "address": "192.0.2.7", "salt": f"{rng.getrandbits(128):032x}",
        } | over  # fmt: skip
        rows = [
            {
                "id": self.next_change + number, "table_name": "registers_register", "row_id": str(rng.randint(1, 50)),
                "op": rng.choice("IUB"), "content": canonical({"name": rng.choice(WORDS), "n": rng.randint(0, 9)}),
                "salt": f"{rng.getrandbits(128):032x}",
            }
            for number in range(changes)
        ]  # fmt: skip
        self.next_event += 1
        self.next_change += changes
        event["sealed"] = seal_event(algorithm, event)
        for row in rows:
            row["sealed"] = seal_change(algorithm, row)
        text = ids([row["id"] for row in rows])
        seq = len(chain.links) + 1
        link = {"bureau": chain.bureau, "seq": seq, "event_id": event["id"], "changes": text, "algorithm": algorithm}
        chain.links.append(link | {"digest": ""})
        chain.events.append(event)
        chain.changes.append(rows)
        chain.link(len(chain.links) - 1)
        for row in (event, *rows):
            row["sealed"] = rng.choice((row["sealed"], ""))
        return event

    def redact(self, chain: Chain, place: int, rng: random.Random, algorithm: str, change: bool = False) -> None:
        """Blank an event's personal part, or the content of its first change, with the event that says why."""
        rows = chain.changes[place][:1] if change else [chain.events[place]]
        for row in rows:
            blank(row, chain.links[place]["algorithm"])
        named = {"changes" if change else "events": [row["id"] for row in rows]}
        detail = {"events": [], "changes": [], "ground": "个人信息保护法第四十七条"} | named
        self.add(chain, rng, algorithm, 0, verb="evidence.redact", detail=detail)


def blank(row: Row, algorithm: str) -> None:
    """Take away what is personal; its seal stays in its place."""
    seal = seal_event if "verb" in row else seal_change
    row["sealed"] = row["sealed"] or seal(algorithm, row)
    if "verb" in row:
        row |= {"actor_name": "", "actor_post": "", "object_label": "", "detail": {}, "address": "", "salt": ""}
    else:
        row |= {"content": "", "salt": ""}


def honest(rng: random.Random, bureaus: int = 2, links: int = 6, algorithms: tuple[str, ...] = ("sha256",)) -> History:
    """A history without fault: mixed changes, some redactions; the algorithm may be switched on the way."""
    history = History([Chain(number + 3) for number in range(bureaus)])
    for step in range(bureaus * links):
        algorithm = algorithms[step * len(algorithms) // (bureaus * links)]
        chain = rng.choice(history.chains) if step >= bureaus else history.chains[step]
        if len(chain.links) > 2 and rng.random() < 0.15:
            place = rng.randrange(len(chain.links))
            if chain.events[place]["verb"] != "evidence.redact":
                has = bool(chain.changes[place]) and chain.changes[place][0]["salt"] and rng.random() < 0.5
                if has or chain.events[place]["salt"]:
                    history.redact(chain, place, rng, algorithm, change=bool(has))
                    continue
        history.add(chain, rng, algorithm, rng.choice((0, 0, 1, 2, 5)))
    return history


def files_of(history: History) -> dict[str, bytes]:
    """The files of the pack, as the history stands."""
    files: dict[str, bytes] = {"loose.jsonl": _lines(history.loose)}
    for chain in history.chains:
        files[f"{chain.bureau}/links.jsonl"] = _lines(chain.links)
        files[f"{chain.bureau}/events.jsonl"] = _lines(chain.events)
        files[f"{chain.bureau}/changes.jsonl"] = _lines([row for rows in chain.changes for row in rows])
        files[f"{chain.bureau}/checkpoints.txt"] = b""
    return files


def manifest_of(history: History, files: dict[str, bytes]) -> Row:
    bureaus = [
        {
            "id": chain.bureau, "name": f"单位{chain.bureau}", "seq": chain.links[-1]["seq"] if chain.links else 0,
            "digest": chain.links[-1]["digest"] if chain.links else "",
        }
        for chain in history.chains
    ]  # fmt: skip
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return {
        "format": "lianzheng-evidence/1",
        "made_at": "2026-04-01T00:00:00.000000Z",
        "bureaus": bureaus,
        "files": sums,
    }


def write(path: Path, history: History, files: dict[str, bytes] | None = None, manifest: Row | None = None) -> Path:
    """The pack; the manifest always fits the files, as an attacker would see to it."""
    files = files_of(history) if files is None else files
    told = manifest_of(history, files) if manifest is None else manifest
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        for name, data in (files | {"manifest.json": (canonical(told) + "\n").encode()}).items():
            pack.writestr(name, data)
    return path


def _lines(rows: list[Row]) -> bytes:
    return "".join(canonical(row) + "\n" for row in rows).encode()
