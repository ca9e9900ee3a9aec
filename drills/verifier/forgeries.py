"""What somebody with all rights over the database does to a history, as well as he can. Each returns the checkpoints
that had left the machine before (none where the chain alone has to tell), or None where it has nothing to work on."""

import random

from tests.evidence.packs import Chain, History, Row, blank, commit, ids, seal_change, seal_event

OTHERS = (None, True, False, 0, 1, -1, 1.0, 2**63, "", "0", "甲", "ok", [], {}, {"a": 1}, "a" * 64, "0" * 64, "1-9")


def some(rng: random.Random, history: History) -> tuple[Chain, int]:
    chain = rng.choice([chain for chain in history.chains if chain.links])
    return chain, rng.randrange(len(chain.links))


def another(rng: random.Random, value: object) -> object:
    """A value that is not the old one, often one that looks like it."""
    near: list[object] = list(OTHERS)
    if isinstance(value, str):
        near += [value + " ", value.upper(), value[:-1], value[::-1], value + "\u200b", value.replace("同", "囗")]
    if isinstance(value, int):
        near += [value + 1, value - 1, float(value), str(value), -value]
    if isinstance(value, dict):
        near += [value | {"x": 0}, {key: value[key] for key in list(value)[1:]}, value | {"round": 9}]
    return rng.choice([one for one in near if repr(one) != repr(value)])


def edit(rng: random.Random, history: History) -> list[str] | None:
    """One value in one column of one row. A seal that is not kept is none: it follows from what was sealed."""
    chain, place = some(rng, history)
    row = rng.choice([chain.events[place], chain.links[place], *chain.changes[place]])
    column = rng.choice(list(row))
    row[column] = another(rng, row[column])
    return None if column == "sealed" and row["sealed"] == "" and row["salt"] else []


def reseal(rng: random.Random, history: History) -> list[str]:
    """What a row says and its seal, but not the chain."""
    chain, place = some(rng, history)
    algorithm, salt = chain.links[place]["algorithm"], f"{rng.getrandbits(128):032x}"
    if chain.changes[place] and rng.random() < 0.5:
        change = rng.choice(chain.changes[place])
        change |= {"content": change["content"] + " ", "salt": salt}
        change["sealed"] = seal_change(algorithm, change)
        return []
    event = chain.events[place]
    event |= {"actor_name": event["actor_name"] + "某", "salt": salt}
    event["sealed"] = seal_event(algorithm, event)
    return []


def remove(rng: random.Random, history: History) -> list[str]:
    """A row of any kind, or an act with all that belongs to it; at the end a checkpoint has to tell."""
    chain, place = some(rng, history)
    kind = rng.choice(("event", "link", "change", "act", "range"))
    anchor = [chain.checkpoint(-1, rng.random() < 0.5)]
    if kind == "change":
        if not chain.changes[place]:
            return remove(rng, history)
        chain.changes[place].pop(rng.randrange(len(chain.changes[place])))
        return []
    if kind == "event":
        chain.events.pop(place)
        return []
    end = place + (rng.randint(1, 3) if kind == "range" else 1)
    del chain.links[place:end]
    if kind != "link":
        del chain.events[place:end], chain.changes[place:end]
    return anchor


def insert(rng: random.Random, history: History) -> list[str]:
    """A forged act in the middle, sealed well, the numbers behind it moved on; or a row that nothing names."""
    chain, place = some(rng, history)
    event = dict(chain.events[place]) | {"id": history.next_event, "salt": "ab" * 16, "actor_name": "某"}
    event["sealed"] = seal_event("sha256", event)
    kind = rng.choice(("act", "loose", "event", "change", "copy", "again"))
    if kind == "loose":
        history.loose.append(event)
    elif kind == "event":
        chain.events.insert(rng.randint(0, len(chain.events)), event)
    elif kind == "change":
        row = {
            "id": history.next_change,
            "table_name": "t",
            "row_id": "1",
            "op": "U",
            "content": "{}",
            "salt": "ab" * 16,
        }
        chain.changes[place].append(row | {"sealed": seal_change("sha256", row)})
    elif kind == "again":
        chain.links.append(dict(chain.links[place]) | {"seq": len(chain.links) + 1})
        chain.events.append(chain.events[place])
        chain.changes.append(chain.changes[place])
        chain.link(len(chain.links) - 1)
    elif kind == "copy":
        for rows in (chain.links, chain.events, chain.changes):
            rows.insert(place, rows[place])
    else:
        link = dict(chain.links[place]) | {"event_id": event["id"], "changes": "", "algorithm": "sha256"}
        chain.links.insert(place, link)
        chain.events.insert(place, event)
        chain.changes.insert(place, [])
        chain.link(place)
        for link in chain.links[place + 1 :]:
            link["seq"] += 1
        return [chain.checkpoint(-1)] if place == len(chain.links) - 1 else []
    return []


def reorder(rng: random.Random, history: History) -> list[str] | None:
    """Two acts change places, or only their events, or their times."""
    chain, place = some(rng, history)
    other = rng.randrange(len(chain.links))
    if place == other:
        return None
    kind = rng.choice(("links", "acts", "events", "times"))
    if kind == "times":
        mine, his = chain.events[place], chain.events[other]
        if mine["at"] == his["at"]:
            return None
        mine["at"], his["at"] = his["at"], mine["at"]
        return []
    groups = {"links": [chain.links], "events": [chain.events], "acts": [chain.links, chain.events, chain.changes]}
    for rows in groups[kind]:
        rows[place], rows[other] = rows[other], rows[place]
    if kind == "acts":
        chain.links[place]["seq"], chain.links[other]["seq"] = chain.links[other]["seq"], chain.links[place]["seq"]
    return []


def recompute(rng: random.Random, history: History) -> list[str]:
    """An edit, and then seals and chain anew to the end: what left the machine before tells."""
    chain, place = some(rng, history)
    anchor = [chain.checkpoint(rng.randrange(place, len(chain.links)), rng.random() < 0.5)]
    event, algorithm = chain.events[place], chain.links[place]["algorithm"]
    event |= {"actor": 7777, "salt": event["salt"] or "cd" * 16, "actor_name": "某"}
    event["sealed"] = seal_event(algorithm, event)
    chain.relink(place)
    return anchor


def roll_back(rng: random.Random, history: History) -> list[str] | None:
    """The backup of some days ago, put back and gone on with, or not."""
    chain, place = some(rng, history)
    if place == 0:
        return None
    anchor = [chain.checkpoint(rng.randrange(place, len(chain.links)), rng.random() < 0.5)]
    for rows in (chain.links, chain.events, chain.changes):
        del rows[place:]
    for _ in range(rng.randint(0, 4)):
        history.add(chain, rng, "sha256", rng.randint(0, 2))
    return anchor


def whiten(rng: random.Random, history: History) -> list[str] | None:
    """Blanked like a lawful redaction, whose event is missing, older, another bureau's, or itself blanked."""
    chain, place = some(rng, history)
    kind = rng.choice(("none", "older", "elsewhere", "refused", "blanked", "text"))
    event = chain.events[place]
    if not event["salt"] or event["verb"] == "evidence.redact":
        return None
    detail = {"events": [event["id"]], "changes": [], "ground": "x"}
    if kind == "older":
        later = history.add(chain, rng, "sha256", 0)
        detail["events"] = [later["id"]]
        moved = history.add(chain, rng, "sha256", 0, verb="evidence.redact", detail=detail)
        rows = chain.events
        rows[-1], rows[-2] = rows[-2], rows[-1]
        for number in (-2, -1):
            chain.links[number]["event_id"] = rows[number]["id"]
        blank(rows[-1], chain.links[-1]["algorithm"])
        chain.relink(len(chain.links) - 2)
        return [] if moved else None
    blank(event, chain.links[place]["algorithm"])
    if kind == "elsewhere":
        others = [one for one in history.chains if one is not chain and one.links]
        history.add(rng.choice(others), rng, "sha256", 0, verb="evidence.redact", detail=detail)
    elif kind == "refused":
        history.add(chain, rng, "sha256", 0, verb="evidence.redacted", detail=detail)
    elif kind == "text":
        detail = {"events": str(event["id"]), "changes": [[event["id"]], True, float(event["id"])], "ground": "x"}
        history.add(chain, rng, "sha256", 0, verb="evidence.redact", detail=detail)
    elif kind == "blanked":
        blank(history.add(chain, rng, "sha256", 0, verb="evidence.redact", detail=detail), "sha256")
    return []


def unblank(rng: random.Random, history: History) -> list[str] | None:
    """The salt is taken away, what was said is changed."""
    chain, place = some(rng, history)
    chain.events[place] |= {"salt": "", "actor_name": "某", "detail": {"n": 1}}
    return []


def graft(rng: random.Random, history: History) -> list[str] | None:
    """An act or all of them moved to another bureau."""
    chain, place = some(rng, history)
    other = next(one for one in history.chains if one is not chain)
    if rng.random() < 0.5:
        anchor = [chain.checkpoint(place)]
        chain.links, chain.events, chain.changes = other.links[:1], other.events[:1], other.changes[:1]
        return anchor
    other.links.append(chain.links[place] | {"bureau": other.bureau, "seq": len(other.links) + 1})
    other.events.append(chain.events.pop(place))
    other.changes.append(chain.changes.pop(place))
    del chain.links[place]
    return [chain.checkpoint(-1)] if chain.links else []


def rename_hash(rng: random.Random, history: History) -> list[str]:
    """Another name of the hash on a link."""
    chain, place = some(rng, history)
    chain.links[place]["algorithm"] = {"sha256": "sm3", "sm3": "sha256"}[chain.links[place]["algorithm"]]
    return []


def shift_changes(rng: random.Random, history: History) -> list[str] | None:
    """The changes of one act are given to another, or their list is written otherwise."""
    chain, place = some(rng, history)
    if not chain.changes[place]:
        return None
    other = rng.randrange(len(chain.links))
    numbers = [row["id"] for row in chain.changes[place]]
    if other != place and rng.random() < 0.5:
        rows: list[Row] = sorted([*chain.changes[other], *chain.changes[place]], key=lambda row: row["id"])
        chain.changes[other], chain.changes[place] = rows, []
        chain.links[place]["changes"], chain.links[other]["changes"] = "", ids([row["id"] for row in rows])
        return []
    first, last = numbers[0], numbers[-1]
    texts = (
        f"{first}-{last + 1}",
        f"{last}-{first - 1}",
        f"{first},{first}",
        f"{first}-{10**18}",
        "",
        "1-",
        f"0{first}",
    )
    chain.links[place]["changes"] = rng.choice([text for text in texts if text != chain.links[place]["changes"]])
    return []


def false_anchor(rng: random.Random, history: History) -> list[str]:
    """The history is whole, but a checkpoint from elsewhere is not of it: another digit, number, bureau or hash."""
    chain, place = some(rng, history)
    bureau, seq = chain.bureau, chain.links[place]["seq"]
    digest, name = commit("sha256", chain.events[place]), chain.links[place]["algorithm"]
    head, right = "lianzheng checkpoint v1", chain.links[place]["digest"]
    other = {"sha256": "sm3", "sm3": "sha256"}[name]
    return [
        rng.choice((
            f"{bureau}-{seq} {digest[:4]} {digest[4:8]} {digest[8:12]} {digest[12:16]}",
            f"{head}\n{bureau} {len(chain.links) + 1} x\n{name}:{right}", f"{head}\n{bureau} 0 x\n{name}:{right}",
            f"{head}\n99 {seq} x\n{name}:{right}", f"{head}\n{bureau} {seq} x\n{other}:{right}",
            f"{head}\n{bureau} {seq} x\n{name}:{right[:63]}", f"{head}\n{bureau} {seq} x", "随便写的", "", "\0",
            f"{chain.checkpoint(place, True)}0", f"{chain.checkpoint(place)}\nx",
        ))
    ]  # fmt: skip


FORGERIES = (
    edit, edit, edit, reseal, remove, insert, reorder, recompute, roll_back, whiten, unblank, graft, rename_hash,
    shift_changes, false_anchor,
)  # fmt: skip
