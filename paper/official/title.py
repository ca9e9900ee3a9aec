"""How a title is broken into lines: whole words together, the lines about equally long.

The standard asks for 词意完整、排列对称、长短适宜. Without a dictionary the words are known by the signs around them
and by the few words that every official title is made of; who wants another break writes it into the title.
"""

import math
import re
from bisect import bisect_right
from itertools import accumulate

from paper.measure import width_of

_ROOM = 20  # characters of 2号 on a line of 156 mm
# What may not be torn: numbers with their unit, words in brackets or quotes, Latin words, common words of titles.
_WORD = re.compile(
    r"\d+(?:\.\d+)?(?:年度|年|月|日|号|张|个|名|项|次|级|版)?|[A-Za-z]+|[《“〔（][^》”〕）]{0,18}[》”〕）]"
    r"|关于|报告|请示|通知书?|公示|公告|通告|备案|登记表?|廉政风险(?:防控|防范|点)?|风险点?|廉政|防控|措施|查找|岗位|职权|目录|清单|整改|提醒函?|预警"
    r"|建设局|监察|纪委|委员会|领导小组|办公室|工作|规划|住房|城乡|情况|意见|方案|结果|审定|等级|名单|人民政府|单位|部门|股室|科室"
)
_NOT_FIRST = "的、，。；：）》”〕及和与了"
_NOT_LAST = "（《“〔及和与对在将"


def title_lines(title: str, room: int = _ROOM) -> list[str]:
    """The lines of a title that has room for so many characters on a line."""
    return [line for part in title.split("\n") if part.strip() for line in _broken(part.strip(), room)]


def _broken(text: str, room: int) -> list[str]:
    if width_of(text) <= room:
        return [text]
    places = _places(text)
    wanted = math.ceil(width_of(text) / room)
    while True:
        lines = _cut(text, places, wanted, room)
        if lines:
            return lines
        wanted += 1
        if wanted > len(text):
            return [text]


def _places(text: str) -> list[int]:
    """Where a line may end, as positions in the text."""
    inside: set[int] = set()
    for found in _WORD.finditer(text):
        inside.update(range(found.start() + 1, found.end()))
    return [
        place
        for place in range(1, len(text))
        if place not in inside and text[place] not in _NOT_FIRST and text[place - 1] not in _NOT_LAST
    ]


def _cut(text: str, places: list[int], wanted: int, room: int) -> list[str]:
    """The most even way to cut the text into so many lines; empty when there is none."""
    # Up to each position, rounded: among even ways to cut, the last digit of a sum must not be what decides.
    reach = [round(width, 2) for width in accumulate(map(width_of, text), initial=0.0)]
    ideal = reach[-1] / wanted
    looks = _dislikes(text, places)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(wanted - 1):
        step: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, cuts) in best.items():
            for place in places[bisect_right(places, start) :]:
                width = round(reach[place] - reach[start], 2)
                if width > room:
                    break
                total = cost + (width - ideal) ** 2 + looks[place]
                if place not in step or total < step[place][0]:
                    step[place] = (total, (*cuts, place))
        best = step
    ends = [
        (cost + (reach[-1] - reach[start] - ideal) ** 2, cuts)
        for start, (cost, cuts) in best.items()
        if 0 < reach[-1] - reach[start] <= room
    ]
    if not ends:
        return []
    cuts = (0, *min(ends)[1], len(text))
    return [text[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]


def _dislikes(text: str, places: list[int]) -> dict[int, float]:
    """How bad a break looks: after 关于, 的 or a comma it is good, between two bare characters it tears a word."""
    edges = {found.end() for found in _WORD.finditer(text)}
    found = {}
    for place in places:
        if text[place - 1] in "的、，" or text.endswith("关于", 0, place):
            found[place] = 0.0
        else:
            found[place] = 6.0 if place in edges or _WORD.match(text, place) else 20.0
    return found
