"""Addresses that look like ours and are not: a list made of known tricks, and more without end."""

import random
from collections.abc import Iterator
from itertools import product

EVIL = ("evil.example", "evil%2eexample", "evil。example", "ⓔvil.example", "2130706433", "[::ffff:203.0.113.9]")
# What stands before the host: every way in which a browser or a server may find one there.
BEFORE = (
    "//", "///", "////", "/////", "\\\\", "/\\", "\\/", "\\\\\\", "/\\/", "//\\", "/\\\\", "http://", "https://",
    "http:", "https:", "http:/", "https:/", "http:///", "https:///", "http:\\\\", "https:\\\\", "HTTP://", "hTtPs://",
    "ftp://", "//\t/", "/\t/", "\t//", " //", "\n//", "\r\n//", "/\n/", "/\r/", "\x00//", "\x0b//", "\x1f//",
    "/%09/", "/%0a/", "/%0d/", "/%2f", "/%5c", "%2f%2f", "%5c%5c", "//%09", "/.//", "/..//", "/x/..//", "./\\/",
    "//testserver@", "https://testserver@", "https://testserver:80@", "//testserver%40", "//testserver\\@",
    "https://testserver.", "//testserver.", "https:testserver@", "///testserver@", "//www.testserver.", "/@", "/;@",
    "jar:http://", "view-source:https://", "feed:https://", "//%E3%80%82", "／／", "⁄⁄", "∕∕", "http：//", "/／",
)  # fmt: skip
SCRIPTS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)", "\x01javascript:alert(1)", "javascript://testserver/%0aalert(1)",
    "javascript&#58;alert(1)", "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "file:///etc/passwd", "blob:https://evil.example/1", "about:blank", "mailto:a@evil.example", "tel:110",
    "ws://evil.example", "gopher://evil.example", "//", "///", "\\", "http:", "https:", "http://", ":", "://",
)  # fmt: skip
LETTERS = "/\\:@.%?#;&\t\r\n\x00\x0b 。．／＼：＠ahtps2f05c9d0evil.exampletestserver[]()<>'\"中"


def listed() -> list[str]:
    """Some hundreds, always the same."""
    hosts = EVIL[:4]
    return [before + host for before, host in product(BEFORE, hosts)] + [*SCRIPTS]


def without_end(seed: int) -> Iterator[str]:
    """Known tricks put together by chance, and signs at random."""
    dice = random.Random(seed)
    while True:
        if dice.random() < 0.6:
            tail = dice.choice(("", "/", "/home", "?a=b", "#x", "%00", "/..", "\\", ":80", ":443/x"))
            middle = "".join(dice.choice(LETTERS) for _ in range(dice.randrange(3)))
            yield dice.choice(BEFORE) + middle + dice.choice(EVIL) + tail
        else:
            yield "".join(dice.choice(LETTERS) for _ in range(dice.randrange(1, 24)))
