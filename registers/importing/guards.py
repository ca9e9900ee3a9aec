"""What an uploaded file must be before anything in it is parsed. Every refusal is a sentence for the clerk.

Read in the child process (`child`), which knows nothing of Django.
"""

import io
import zipfile

LARGEST_FILE = 10 * 1024 * 1024
MOST_ENTRIES = 200
LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS = 15_000  # of all sheets together
MOST_COLUMNS = 60
MOST_CELLS = 300_000
MOST_TEXT = 10_000_000  # characters of all cells: one shared string may be told in many cells
LONGEST_CELL = 32_767  # what Excel itself allows
MOST_MERGES = 50_000
CHUNK = 256 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and the envelope of an encrypted workbook
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
XLSX = "“Excel 工作簿（*.xlsx）”"
SAVE_AS = f"请用 Excel 或 WPS 打开，另存为{XLSX}后再上传。"
STRICT = b"purl.oclc.org/ooxml"


class Unreadable(ValueError):
    """The file cannot be taken; ``str()`` is the sentence that the user reads."""


def check_file(data: bytes) -> None:
    """Raise Unreadable unless these bytes are a plain .xlsx workbook of bearable size."""
    check_size(data)
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise Unreadable("工作簿设有打开密码，请在 Excel 中取消密码后再上传。")
        raise Unreadable(f"这是旧版 .xls（或 WPS .et）文件，{SAVE_AS}")
    if not data.startswith(b"PK"):
        raise Unreadable(_what_else(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
    except Unreadable:
        raise
    except Exception as fault:  # a damaged archive is answered with any kind of exception
        raise Unreadable("文件已损坏或没有传完整，打不开；请在 Excel 中重新保存后再上传。") from fault


def check_size(data: bytes) -> None:
    """What can be said without looking inside."""
    if not data:
        raise Unreadable("文件是空的，请重新选择。")
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"文件有 {len(data) / 1048576:.1f} MB，最多 10 MB；请分成几个文件上传。")


def _what_else(data: bytes) -> str:
    """The sentence for a file that is no archive, by what it seems to be."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF"):
        return "这是 PDF 文件，不能导入；请上传原来的 Excel 工作簿（.xlsx）。"
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")):
        return "这是图片，不能导入；请上传 Excel 工作簿（.xlsx）。"
    if start.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return "这是压缩包，请先解压，再上传里面的 Excel 工作簿（.xlsx）。"
    if start[:1] == b"<":
        return f"这是网页或 XML 文件，{SAVE_AS}"
    if _is_text(data):
        return f"这是 CSV（文本）文件，{SAVE_AS}"
    return f"这不是 Excel 工作簿（.xlsx），认不出是什么文件；{SAVE_AS}"


def _is_text(data: bytes) -> bool:
    """Whether these are words in one of the ways in which Chinese offices write text files."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text)
    return False


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"工作簿内部有 {len(entries)} 个部分，最多 {MOST_ENTRIES} 个；请把表格复制到新工作簿再上传。")
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("压缩包设有密码，请取消密码后再上传。")
    _check_names(names)
    _check_unpacked(archive, entries)
    if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Unreadable(f"工作簿含有宏，请另存为不含宏的{XLSX}后再上传。")
    if STRICT in archive.read("xl/workbook.xml"):
        raise Unreadable(f"工作簿是“Strict Open XML”格式，请另存为普通的{XLSX}后再上传。")


def _check_names(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise Unreadable(f"这是二进制工作簿（.xlsb），{SAVE_AS}")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise Unreadable("这是 Word 或 PowerPoint 文件，不能导入；请把表格复制到 Excel 工作簿（.xlsx）再上传。")
    if "content.xml" in names and "mimetype" in names:
        raise Unreadable(f"这是 OpenDocument（.ods）文件，{SAVE_AS}")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Unreadable("这是压缩包，不是 Excel 工作簿（.xlsx）；请先解压，再上传里面的工作簿。")


def _check_unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """The sizes written in the archive may lie, so what really comes out is counted."""
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > LARGEST_UNPACKED:
                    raise Unreadable("工作簿展开后超过 50 MB；请只保留要导入的表，删去图片和多余格式后再上传。")
