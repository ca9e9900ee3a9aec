"""Why a paper cannot be made. The text is a Chinese sentence that a page may show as it is."""


class PaperError(Exception):
    """A document cannot be rendered; `place` names where (表1第3行「防控措施」)."""

    def __init__(self, message: str, place: str = "") -> None:
        self.message = message
        self.place = place
        super().__init__(f"{place}：{message}" if place else message)


class MissingGlyph(PaperError):
    """No font that we print with has this character: better no paper than one with a gap."""

    def __init__(self, character: str, place: str = "") -> None:
        self.character = character
        super().__init__(
            f"现有字体中没有“{character}”（U+{ord(character):04X}）这个字，不能打印。"
            "请改用其他写法，或请系统管理员安装含有此字的字体。",
            place,
        )


class FontsMissing(PaperError):
    """The machine has no Chinese font: a PDF would show empty boxes (or crash the process)."""

    def __init__(self) -> None:
        super().__init__(
            "本机没有可用的中文字体，无法生成 PDF。请系统管理员安装：apt-get install fonts-noto-cjk,"
            "或在设置 LIANZHENG_FONTS 中列出字体文件。"
        )
