"""The level cell of a line: one word for all its points, a list beside the list of points, or a count such as 1中2低.

Levels are compared as whole words: 一级 of one scheme is the gravest, of another the lightest, so that only the scheme
of the cycle decides. What does not say which point has which level is asked, never guessed.
"""

import math
from collections.abc import Iterator

from registers.importing import lists, words
from registers.importing.dialogue import Dialogue
from registers.importing.planned import Question
from registers.importing.table import Line

NONE = "none"
LATER = (NONE, "先空着，导入后在填写页选定")
MOST_WAYS = 12
Ranks = list[int | None]


def ranks_of(line: Line, points: list[str], talk: Dialogue) -> Ranks:
    """A rank for each point of the line; None where none is said or none is known."""
    text = line.text("level")
    if not text:
        if line.has("level"):
            talk.say(line.message("level", "没有写等级，导入后请在填写页选定。", error=False))
        return [None] * len(points)
    if (rank := talk.levels.get(words.plain(text))) is not None:
        return [rank] * len(points)
    if lists.is_list(text):
        found = [talk.levels.get(words.plain(item)) for item in lists.items(text)]
        if len(found) == len(points) and None not in found:
            return found
    if counts := words.counted(text):
        return _counted(line, points, counts, talk)
    rank = _named(line, text, text, talk)
    if not rank:
        names = "、".join(talk.level_names.values())
        todo = f"可写的等级：{names}。可以在预览页“要您决定的词”里选定，或改正原表。"
        talk.say(line.message("level", f"方案没有“{text}”这个等级。", todo))
    return _spread(rank, len(points))


def _named(line: Line, word: str, text: str, talk: Dialogue) -> str:
    """The rank that a word stands for, as an answer: by the scheme, or as somebody decided."""
    if (rank := talk.levels.get(words.plain(word))) is not None:
        return str(rank)
    later = [LATER] if word == text else []
    question = Question(f"level:{words.plain(word)}", "风险等级", word, [*_uniform(talk, "按"), *later])
    return talk.ask(question, line.place)


def _counted(line: Line, points: list[str], counts: list[tuple[str, int]], talk: Dialogue) -> Ranks:
    """“1中2低” over three points: asked for each such cell, unless there is only one way."""
    text, names = line.text("level"), "、".join(talk.level_names.values())
    ranks = [_named(line, word, text, talk) for word, _ in counts]
    if not all(ranks):
        unknown = "、".join(f"“{word}”" for (word, _), rank in zip(counts, ranks, strict=True) if not rank)
        said, todo = f"“{text}”写的是各等级的个数，方案没有{unknown}这个等级。", f"可写的等级：{names}。可以在预览页"
        talk.say(line.message("level", said, f"{todo}“要您决定的词”里选定，或改正原表。"))
        return [None] * len(points)
    if NONE in ranks:
        return [None] * len(points)
    said = [int(rank) for rank, (_, number) in zip(ranks, counts, strict=True) for _ in range(number)]
    fits = len(said) == len(points)
    if fits and len(set(said)) == 1:
        return list(said)
    ways = [(",".join(map(str, way)), _told(way, talk)) for way in _ways(said)] if fits else []
    options = [*ways, *_uniform(talk, "全部按"), LATER]
    word = f"{words.plain(text)}:{len(points)}"
    every = Question(f"levels:{word}", "风险等级（这样写的各行）", text, options, needed=False, common=True)
    answer = talk.ask(every, line.place)
    own = Question(f"level:{line.sheet}:{line.number}:{word}", "风险等级", text, options, about=points)
    answer = talk.ask(own, line.place, otherwise=answer)
    if not answer:
        why = "没有说明哪一个风险点是哪一级" if fits else f"共 {len(said)} 个，这一行却有 {len(points)} 个风险点"
        todo = f"可以在预览页“要您决定的词”里逐点选定，或在原表把每个风险点拆成一行、各写等级（{names}）。"
        talk.say(line.message("level", f"“{text}”写的是各等级的个数，{why}。", todo))
    return _spread(answer, len(points))


def _ways(said: list[int]) -> list[tuple[int, ...]]:
    """The orders in which these levels may lie over the points; as written only, when there are too many."""
    counts = {rank: said.count(rank) for rank in dict.fromkeys(said)}
    number = math.factorial(len(said)) // math.prod(math.factorial(count) for count in counts.values())
    return list(_orders(counts)) if number <= MOST_WAYS else [tuple(said)]


def _orders(counts: dict[int, int]) -> Iterator[tuple[int, ...]]:
    if not any(counts.values()):
        yield ()
    for rank, count in counts.items():
        if count:
            for rest in _orders(counts | {rank: count - 1}):
                yield (rank, *rest)


def _told(way: tuple[int, ...], talk: Dialogue) -> str:
    return "、".join(f"第{number}点{talk.level_names[rank]}" for number, rank in enumerate(way, start=1))


def _uniform(talk: Dialogue, lead: str) -> list[tuple[str, str]]:
    return [(str(rank), f"{lead}“{name}”") for rank, name in talk.level_names.items()]


def _spread(answer: str, points: int) -> Ranks:
    """The answer over the points: one level for all, a level each, or none."""
    if not answer or answer == NONE:
        return [None] * points
    ranks: Ranks = [int(rank) for rank in answer.split(",")]
    return ranks if len(ranks) == points else ranks[:1] * points
