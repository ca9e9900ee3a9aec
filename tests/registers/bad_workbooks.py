"""Workbooks that cannot be taken, made anew for each test, each with the words that its sender reads.

Some are made by people every day (csv, xls, a password), some only by those who mean harm (bombs).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from registers.importing import guards
from tests.registers.workbooks import workbook

HEAD = ["序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施", "责任人"]
ROW = ["1", "规划股", "规划许可", "1.越权审批；2.拖延不办", "一级", "1.双人办理；2.限时办结", "股长"]
LINES = "序号,风险点,风险等级\r\n1,越权审批,一级\r\n2,拖延不办,二级\r\n"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
GIGABYTE = 1024**3


def plain() -> bytes:
    return workbook([HEAD, ROW])


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The workbook with its parts run through ``change`` (name, content) → content or None to drop."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return out.getvalue()


def with_parts(data: bytes, **parts: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_sheet(content: str | bytes) -> bytes:
    """A workbook whose only sheet is this XML."""
    raw = content if isinstance(content, bytes) else content.encode()
    return repacked(plain(), lambda name, old: raw if name == SHEET else old)


def with_rows(rows: str, after: str = "") -> bytes:
    return with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>')


def cell(ref: str, text: str = "甲") -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def large_bomb() -> bytes:
    """A part that unpacks to one gigabyte; in the archive it is one megabyte."""
    packer, piece = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1024 * 1024)
    packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)  # knows nothing of what stands before it
    checksum, times = 0, GIGABYTE // len(piece)
    for _ in range(times):
        checksum = zlib.crc32(piece, checksum)
    return _appended(plain(), b"xl/media/image1.png", packed * times + packer.flush(), checksum, GIGABYTE)


def lying_bomb() -> bytes:
    """The same in small, with a directory that tells of ten bytes."""
    content = bytes(guards.LARGEST_UNPACKED + 1)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return _appended(
        plain(), b"xl/media/image1.png", packer.compress(content) + packer.flush(), zlib.crc32(content), 10
    )


def _appended(data: bytes, name: bytes, packed: bytes, checksum: int, size: int) -> bytes:
    """An archive with one more entry, written by hand, so that nothing large is ever held."""
    end = data.rindex(b"PK\x05\x06")
    count, length, start = struct.unpack("<10xHII", data[end : end + 20])
    directory = data[start : start + length]
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, checksum, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + common + name + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, start) + name
    tail = struct.pack("<HHHHIIH", 0, 0, count + 1, count + 1, length + len(entry), start + len(local), 0)
    return data[:start] + local + directory + entry + b"PK\x05\x06" + tail


def laughs() -> bytes:
    """Entities of entities of entities."""
    lines = ['<!ENTITY a0 "笑">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    return with_sheet(f'<!DOCTYPE worksheet [{"".join(lines)}]><worksheet xmlns="{MAIN}"><v>&a9;</v></worksheet>')


def outside_entity() -> bytes:
    evil = f'<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet xmlns="{MAIN}"><v>&f;</v></worksheet>'
    return with_sheet(evil)


def with_strings(data: bytes, xml: str) -> bytes:
    """The workbook with this table of texts, as Excel writes one."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    types = repacked(data, lambda name, old: old.replace(b"</Types>", named) if "Types" in name else old)
    rest = repacked(types, lambda name, old: None if name.endswith("sharedStrings.xml") else old)
    return with_parts(rest, **{"xl/sharedStrings.xml": xml.encode()})


def evil_strings() -> bytes:
    """Entities in the table of texts."""
    return with_strings(plain(), f'<!DOCTYPE s [<!ENTITY b "bb">]><sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>')


def told_again() -> bytes:
    """One long text that ten thousand cells refer to."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 10_001))
    return with_strings(with_rows(rows), f'<sst xmlns="{MAIN}"><si><t>{"长" * 30_000}</t></si></sst>')


def merged_everywhere() -> bytes:
    """Twenty thousand merged ranges over the same cells."""
    rows = "".join(f'<row r="{n}">{cell(f"A{n}")}</row>' for n in range(1, 1001))
    merges = '<mergeCell ref="A1:BH1000"/>' * 20_000
    return with_rows(rows, f"<mergeCells>{merges}</mergeCells>")


def many_rows(count: int = 20_000) -> bytes:
    return with_rows("".join(f'<row r="{n}">{cell(f"A{n}")}{cell(f"B{n}")}</row>' for n in range(1, count + 1)))


def deep() -> bytes:
    """Elements in elements: a reader that goes down by calling itself would fall."""
    return with_sheet("<a>" * 200_000 + "</a>" * 200_000)


def encrypted() -> bytes:
    return guards.OLE + b"\0" * 504 + "EncryptionInfo".encode("utf-16-le") + b"\0" * 64 + guards.ENCRYPTED + b"\0" * 512


def macro_types() -> bytes:
    """A macro workbook whose macros somebody took out by hand."""
    return repacked(
        plain(),
        lambda name, old: old.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml") if "Types" in name else old,
    )


def strict() -> bytes:
    return repacked(
        plain(), lambda name, old: old.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    )


def unknown_style() -> bytes:
    return repacked(plain(), lambda name, old: old.replace(b'xfId="0"', b'xfId="7"') if "styles" in name else old)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "空文件": (lambda: b"", "文件是空的"),
    "超过十兆": (lambda: b"PK" + bytes(guards.LARGEST_FILE), "最多 10 MB；请分成几个文件上传"),
    "csv，GB18030": (lambda: LINES.encode("gb18030"), "CSV（文本）文件，请用 Excel 或 WPS 打开，另存为“Excel 工作簿"),
    "csv，UTF-8 带签名": (lambda: LINES.encode("utf-8-sig"), "CSV（文本）文件"),
    "文本，UTF-16": (lambda: LINES.replace(",", "\t").encode("utf-16"), "CSV（文本）文件"),
    "xls": (lambda: guards.OLE + bytes(600), "旧版 .xls"),
    "设了打开密码": (encrypted, "设有打开密码，请在 Excel 中取消密码"),
    "xlsb": (lambda: archive(**{"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}), "二进制工作簿（.xlsb）"),
    "ods": (lambda: archive(mimetype=b"x", **{"content.xml": b"<a/>"}), "OpenDocument（.ods）"),
    "docx": (lambda: archive(**{"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "Word 或 PowerPoint"),
    "压缩包": (lambda: archive(**{"表.xlsx": b"x"}), "这是压缩包"),
    "rar": (lambda: b"Rar!\x1a\x07\x00" + bytes(50), "这是压缩包"),
    "网页冒充 xls": (lambda: "<html><table><tr><td>风险点</td></tr></table></html>".encode(), "网页或 XML 文件"),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(100), "这是 PDF 文件"),
    "图片": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "这是图片"),
    "不知是什么": (lambda: bytes(range(256)) * 4, "认不出是什么文件"),
    "宏": (lambda: with_parts(plain(), **{"xl/vbaProject.bin": b"x"}), "含有宏，请另存为不含宏的"),
    "宏的类型": (macro_types, "含有宏"),
    "严格格式": (strict, "Strict Open XML"),
    "没有传完整": (lambda: plain()[:3000], "没有传完整"),
    "开头缺了一段": (lambda: b"PK\x03\x04" + plain()[500:], "没有传完整"),
    "中间坏了": (lambda: plain()[:900] + bytes(40) + plain()[940:], "重新保存"),
    "表的内容断了": (lambda: repacked(plain(), lambda n, old: old[:200] if n == SHEET else old), "读不出来"),
    "样式表里没有的样式": (unknown_style, "读不出来"),  # openpyxl prints that on the child's standard output
    "没有表": (lambda: repacked(plain(), lambda n, old: None if n == SHEET else old), "没有内容"),
    "一格都没有": (lambda: workbook([]), "没有内容"),
    "部分太多": (lambda: with_parts(plain(), **{f"xl/media/{n}.png": b"x" for n in range(201)}), "最多 200 个"),
    "一千兆的炸弹": (large_bomb, "展开后超过 50 MB"),
    "谎报大小的炸弹": (lying_bomb, "重新保存|展开后超过"),
    "实体炸弹": (laughs, "不安全的定义"),
    "外部实体": (outside_entity, "不安全的定义"),
    "词表里的实体": (evil_strings, "不安全的定义"),
    "一万格说同一长话": (told_again, "文字太多"),
    "末格 XFD1048576": (lambda: with_rows(f'<row r="1048576">{cell("XFD1048576")}</row>'), "第1048576行用到了XFD列"),
    "太宽": (lambda: workbook([[str(n) for n in range(61)]]), "用到了BI列，最多 60 列"),
    "两万行": (many_rows, "超过 15000 行"),
    "一格三万三千字": (lambda: with_rows(f'<row r="1">{cell("A1", "长" * 33_000)}</row>'), "A1格文字超过 32767 字"),
    "处处合并": (merged_everywhere, "合并单元格太大"),
    "合并到底": (
        lambda: with_rows(
            f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("A1048576")}</row>',
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        ),
        "合并单元格太大",
    ),
    "套了二十万层": (deep, "没有内容|读不出来|太大或太复杂|用的时间或内存太多"),
}
