"""Official letters by GB/T 9704-2012: 备案报告, 公示, 整改通知书, 提醒函. Plain data, shown as HTML or printed as PDF.

    from paper.official import Attachment, Letter, Office, render_html

    letter = Letter(
        style="file",                                # file 文件格式 | letter 信函格式 | plain 不带版头 (公示, 公告)
        issuer="东源县建设局", mark="东源县建设局文件",   # mark: what stands in red; style file adds 文件 by itself
        number="东建发〔2026〕5号",                    # [2026], （2026） become 〔2026〕
        signers=["甲"],                              # 签发人: only upward letters (报告, 请示) have one
        title="东源县建设局关于2026年度廉政风险防控登记表备案的报告",     # \n breaks it where you want
        addressee="县纪委监委派驻第三纪检监察组",          # the colon comes by itself
        paragraphs=["现将……报告如下。", "一、登记情况", "（一）股室。共……张。", "特此报告。"],
        attachments=["会议纪要", Attachment("备案登记表目录", tables=[table])],   # with tables: own pages at the end
        organ="东源县建设局", date=date(2026, 2, 15), seal=True,
        note="联系人：办公室主任，电话：……",              # 附注, in brackets under the date
        copies_to=["县监察局"], printing=Office("东源县建设局办公室", date(2026, 2, 15)),
    )
    render_html(letter)                              → safe HTML for a page, stylesheets css/paper.css, css/official.css
    documents.rendering.official.render(letter)      → bytes of the PDF

A paragraph's level is seen from its number: 一、 is level 1 (黑体), （一） level 2 (楷体), 1. and （1） levels 3 and 4.
Where a heading goes on in a sentence, only its first sentence is set in the heading's face. `paragraphs_of(text)` makes
paragraphs of what somebody typed, one for each line.
"""

from paper.official.html import render_html
from paper.official.letter import (
    Attachment,
    Letter,
    Office,
    Paragraph,
    Proof,
    official_number,
    paragraphs_of,
)

__all__ = ["Attachment", "Letter", "Office", "Paragraph", "Proof", "official_number", "paragraphs_of", "render_html"]
