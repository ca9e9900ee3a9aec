"""What bears a mark of a state secret is put on no paper and into no workbook, wherever it came from."""

import re
from html import unescape

from paper import PaperError
from registers.personal_data import secrecy_mark

_TAG = re.compile(r"<[^>]*>")


def refuse(text: str, place: str = "") -> None:
    """Raises PaperError for a text with such a mark."""
    if mark := secrecy_mark(text):
        said = f"有“{mark}”标志。本系统是非涉密系统，涉密内容不得打印和导出；请先删去，按保密规定处理"
        raise PaperError(said, place)


def refuse_html(html: str, place: str = "", without: str = "") -> None:
    """The same for what is printed; each element is a text of its own. ``without``: the letter's own level."""
    if "密" in html or "★" in html:
        for part in _TAG.split(html):
            if (text := unescape(part)) != without:
                refuse(text, place)
