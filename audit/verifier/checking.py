"""What has to fit: each row with its seal, each link with the one before it, the end with manifest and checkpoints."""

import contextlib

from audit.verifier.reading import (
    CORE,
    LOOSE,
    PERSONAL,
    Pack,
    Unreadable,
    bad_column,
    checkpoints_in,
    encode,
    given_checkpoints,
)
from audit.verifier.sm3 import hasher

MOST_TOLD, BLOCK = 200, 512
TABLES = {"event": "audit_event", "change": "audit_change", "link": "audit_link", "": ""}
GROUPS = {
    "personal": "个人部分（操作人姓名、职务、对象名称、内容、地址）、盐或封印",
    "content": "改动的内容、盐或封印",
    "core": "事件的时间、单位、动作、结果、对象、操作人、内容、地址、盐，或链上的编号、次序、摘要，有一处被改动",
    "rows": "所带数据改动、事件，或链上的编号、次序、摘要，有一处被改动",
}


def same(one, other):
    """The comparison on which all rests."""
    return one == other


def digest_of(algorithm, value):
    """The hash of a value's canonical text."""
    total = hasher(algorithm)
    total.update(encode(value).encode("utf-8"))
    return total.hexdigest()


class Findings:
    """What does not fit; the first ones in words, all of them counted."""

    def __init__(self):
        self.told, self.count = [], 0

    def add(self, said, bureau=None, seq=None, kind="", row=None, group=""):
        self.count += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(
                {"bureau": bureau, "seq": seq, "table": TABLES[kind], "row": row, "group": group, "said": said}
            )


class Seen:
    """Ids that came already, in blocks of bits: a million in a row take a few hundred kilobytes."""

    def __init__(self):
        self._blocks = {}

    def again(self, number):
        block, bit = number // BLOCK, 1 << number % BLOCK
        bits = self._blocks.get(block, 0)
        self._blocks[block] = bits | bit
        return bool(bits & bit)


class Ahead:
    """Rows one after the other, with a look at the next two."""

    def __init__(self, rows):
        self._rows = rows
        self.here, self.after = next(rows, None), next(rows, None)

    def take(self):
        found = self.here
        self.here, self.after = self.after, next(self._rows, None)
        return found

    def is_stranger(self, first, last):
        """Whether the row here is none of those ids and the one after it is."""
        return bool(
            self.here and self.after and not first <= self.here["id"] <= last and first <= self.after["id"] <= last
        )


def ranges(text):
    """[(5, 5), (7, 19)] of "5,7-19"."""
    pairs = [part.split("-") for part in text.split(",") if part]
    return [(int(pair[0]), int(pair[-1])) for pair in pairs]


class Chain:
    """One bureau's chain, read side by side with its events and changes."""

    def __init__(self, pack, bureau, findings, seen, wanted):
        self.bureau, self.findings, self.seen, self.wanted = bureau, findings, seen, wanted
        self._rows = lambda part: pack.rows(f"{bureau}/{part}", part)
        self.events, self.changes = Ahead(self._rows("events.jsonl")), Ahead(self._rows("changes.jsonl"))
        self.seq, self.previous, self.links, self.blank, self.redactions = 0, "", 0, {}, 0
        self.algorithms = {}

    def say(self, said, seq=None, **more):
        self.findings.add(said, self.bureau, self.seq if seq is None else seq, **more)

    def check(self):
        """Everything from the first link to the last."""
        for link in self._rows("links.jsonl"):
            self.links += 1
            self._link(link)
        for kind, rows in (("event", self.events), ("change", self.changes)):
            while rows.here:
                self._strange(kind, rows.take(), 0)
        for (kind, number), seq in sorted(self.blank.items()):
            said = f"{_named(kind, number)}被抹去，链上后面没有说明依据的抹去事件。"
            self.say(said, seq, kind=kind, row=number, group="personal" if kind == "event" else "content")
        for seq in sorted(self.wanted):
            for _, _, source in self.wanted[seq]:
                gone = f"链只到第 {self.seq} 节" if seq > self.seq else "链上没有这一节"
                self.say(
                    f"{source}的检查点是第 {seq} 节，{gone}：记录被退回过，或者末尾被删去。", seq, group="checkpoint"
                )

    def _link(self, link):
        seq, algorithm = link["seq"], link["algorithm"]
        wrong = bad_column(link) or ("bureau" if link["bureau"] != self.bureau else None)
        if wrong:
            self.say(f"第 {seq} 节的栏目 {wrong} 不对。", seq, kind="link", row=seq, group="link")
            return
        whole = seq == self.seq + 1
        if not whole:
            said = (
                f"第 {self.seq + 1} 节到第 {seq - 1} 节缺失。" if seq > self.seq else f"第 {seq} 节重复，或者次序颠倒。"
            )
            self.say(said, seq, kind="link", row=seq, group="link")
        event, commits = self._event(link), self._commits(link)
        if whole and event and commits is not None:
            start = encode(
                ["link", algorithm, self.bureau, seq, self.previous, self._commit("event", event, algorithm)]
            )
            digest = hasher(algorithm)
            digest.update((start[:-1] + ",[").encode("utf-8"))
            digest.update(",".join(f'"{commit}"' for commit in commits).encode("utf-8") + b"]]")
            if not same(digest.hexdigest(), link["digest"]):
                group = "rows" if commits else "core"
                said = f"事件 {event['id']}与摘要不符：{GROUPS[group]}。"
                self.say(said, seq, kind="event", row=event["id"], group=group)
        self.algorithms[algorithm] = self.algorithms.get(algorithm, 0) + 1
        self.seq, self.previous = max(seq, self.seq), link["digest"]
        self._checkpoints(seq, algorithm, link["digest"])

    def _event(self, link):
        """The event of a link, its seal checked; None when it is not there."""
        number, rows = link["event_id"], self.events
        if rows.is_stranger(number, number):
            self._strange("event", rows.take(), link["seq"])
        if not rows.here or rows.here["id"] != number:
            self.say(f"缺少事件 {number}。", link["seq"], kind="event", row=number, group="missing")
            return None
        event = rows.take()
        if event["bureau"] != self.bureau:
            self.say(f"事件 {number}写着别的单位。", link["seq"], kind="event", row=number, group="core")
        sound = self._sealed("event", event, link, [event["salt"], *(event[key] for key in PERSONAL)])
        if sound and event["verb"] == "evidence.redact" and event["salt"]:
            self._redacted(event["detail"])
        return event

    def _commits(self, link):
        """The commitments of the changes of a link, their seals checked; None when one is missing."""
        commits, whole, before, rows = [], True, 0, self.changes
        for first, last in ranges(link["changes"]):
            if not before < first <= last:
                said = f"第 {link['seq']} 节所带数据改动的编号次序不对。"
                self.say(said, link["seq"], kind="link", row=link["seq"], group="link")
                return None
            before = last
            while first <= last:
                if rows.is_stranger(first, last):
                    self._strange("change", rows.take(), link["seq"])
                upto = min(rows.here["id"], last + 1) if rows.here and rows.here["id"] >= first else last + 1
                if upto > first:
                    said = f"缺少数据改动 {first}" + (f" 到 {upto - 1}" if upto - 1 > first else "") + "。"
                    self.say(said, link["seq"], kind="change", row=first, group="missing")
                    whole = False
                if upto <= last:
                    row = rows.take()
                    self._sealed("change", row, link, [row["salt"], row["content"]])
                    commits.append(self._commit("change", row, link["algorithm"]))
                first = upto + 1
        return commits if whole else None

    def _sealed(self, kind, row, link, sealed):
        """Whether what was sealed still fits its seal; what is blanked has to be named by a later event."""
        number, seq = row["id"], link["seq"]
        if self.seen[kind].again(number):
            self.say(f"{_named(kind, number)}在链上出现两次。", seq, kind=kind, row=number, group="link")
        wrong = bad_column(row)
        if wrong:
            group = "core" if wrong in CORE else "personal" if kind == "event" else "content"
            self.say(f"{_named(kind, number)}的栏目 {wrong} 不是规定的写法。", seq, kind=kind, row=number, group=group)
            return False
        if not row["salt"]:
            self.blank[kind, number] = seq
            fits = bool(row["sealed"]) and not any(sealed)
        else:
            kept, row["sealed"] = row["sealed"], digest_of(link["algorithm"], sealed)
            fits = not kept or same(row["sealed"], kept)
        if not fits:
            group = "personal" if kind == "event" else "content"
            said = f"{_named(kind, number)}与封印不符：{GROUPS[group]}。"
            self.say(said, seq, kind=kind, row=number, group=group)
        return fits

    def _commit(self, kind, row, algorithm):
        if kind == "event":
            return digest_of(algorithm, ["event", *(row[key] for key in CORE), row["sealed"]])
        return digest_of(algorithm, ["change", *(row[key] for key in ("id", "table_name", "row_id", "op", "sealed"))])

    def _redacted(self, detail):
        """Rows that a sound event later in the chain names were blanked lawfully."""
        for kind in ("event", "change"):
            named = detail.get(f"{kind}s")
            for number in named if isinstance(named, list) else []:
                if type(number) is int and self.blank.pop((kind, number), None):
                    self.redactions += 1

    def _checkpoints(self, seq, algorithm, digest):
        for name, start, source in self.wanted.pop(seq, ()):
            if name not in (None, algorithm) or not same(start, digest[: len(start)]):
                said = f"第 {seq} 节的摘要与{source}的检查点不符：这一节或它以前的记录被重新算过。"
                self.say(said, seq, kind="link", row=seq, group="checkpoint")

    def _strange(self, kind, row, seq):
        self.say(f"{_named(kind, row['id'])}不在链上。", seq, kind=kind, row=row["id"], group="extra")


def _named(kind, number):
    return f"{'事件' if kind == 'event' else '数据改动'} {number}"


def check_pack(pack, given, findings, told):
    """All bureaus of an open pack; ``given`` are checkpoints from elsewhere."""
    seen = {"event": Seen(), "change": Seen()}
    wanted = {}
    for one in pack.manifest["bureaus"]:
        text = b"\n".join(pack.lines(f"{one['id']}/checkpoints.txt")).decode("utf-8", "replace")
        own = checkpoints_in(text, "包里") if text.strip() else []
        if any(row[0] != one["id"] for row in own):
            findings.add("包里的检查点写着别的单位。", one["id"], group="checkpoint")
        for bureau, seq, algorithm, digest, source in [*own, *(row for row in given if row[0] == one["id"])]:
            wanted.setdefault(bureau, {}).setdefault(seq, []).append((algorithm, digest, source))
    known = {one["id"] for one in pack.manifest["bureaus"]}
    for bureau, seq, _, _, source in given:
        if bureau not in known:
            findings.add(
                f"{source}的检查点是单位 {bureau} 的，这个包里没有这个单位，无法核对。", bureau, seq, group="checkpoint"
            )
    for one in pack.manifest["bureaus"]:
        chain = Chain(pack, one["id"], findings, seen, wanted.get(one["id"], {}))
        chain.check()
        if not (same(chain.seq, one["seq"]) and same(chain.previous, one["digest"])):
            findings.add("链的末尾与 manifest.json 所写的不同。", one["id"], chain.seq, group="manifest")
        more = {"checked": chain.links, "redacted": chain.redactions, "algorithms": chain.algorithms}
        told.append({"id": one["id"], "name": one["name"], "seq": chain.seq, "digest": chain.previous, **more})
    for row in pack.rows(LOOSE):
        kind = "event" if "verb" in row else "change"
        findings.add(f"{_named(kind, row['id'])}不在任何链上。", None, None, kind, row["id"], "extra")
    for name, digest in sorted(pack.manifest["files"].items()):
        if name not in pack.digests:
            for _ in pack.lines(name):
                pass
        if not same(pack.digests[name], digest):
            findings.add(f"文件 {name} 与 manifest.json 里的校验码不符。", group="manifest")


def verify(path, checkpoints=()):
    """What can be said of a pack, as ``--json`` prints it; ``checkpoints`` are files, folders or texts."""
    findings, bureaus, error, given, pack = Findings(), [], "", [], None
    try:
        for text in checkpoints:
            given += given_checkpoints(text)
        pack = Pack(path)
        with contextlib.closing(pack):
            check_pack(pack, given, findings, bureaus)
    except Unreadable as told:
        error = str(told)
    except (MemoryError, RecursionError):
        error = "内容多得不正常，内存不够，没有核完。"
    result = "damaged" if findings.count else "unreadable" if error else "intact"
    return {
        "result": result,
        "error": error,
        "made_at": pack.manifest["made_at"] if pack else "",
        "bureaus": bureaus,
        "checkpoints": len(given),
        "problems": findings.told,
        "problem_count": findings.count,
    }
