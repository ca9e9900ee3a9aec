"""A page that shows every face an official letter is set in, for who wants to judge the fonts by eye."""

from documents.rendering.coverage import in_use
from paper.official import Letter, Paragraph

RARE = "镕玥喆堃㛃䶮𬱖㙍〇①⑩Ⅲ〔〕《》——……"


def specimen(issuer: str) -> Letter:
    """The letter to print. Raises PaperError."""
    rows = in_use()
    said = "；".join(f"{row.wanted}用“{row.family}”（{row.source}）" for row in rows)
    return Letter(
        style="plain",
        issuer=issuer,
        title="公文字体字样",
        paragraphs=[
            "一、一级标题用黑体",
            "（一）二级标题用楷体。正文用仿宋体，每行二十八字，每页二十二行。标题用小标宋体，页码用宋体。",
            "1.三级标题和正文一样。数字：0123456789；字母：ABCDEFG abcdefg。",
            f"二、不常用的字和符号：{RARE}",
            Paragraph(f"不常用的字和符号：{RARE}", level=0),
            "三、现在使用的字体",
            f"{said}。",
        ],
    )
