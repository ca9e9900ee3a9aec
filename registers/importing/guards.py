"""What an uploaded file must be before anything in it is parsed. Every refusal is a sentence for the clerk."""

import io
import zipfile

import openpyxl
from defusedxml import DefusedXmlException
from django.core.exceptions import ImproperlyConfigured

if not openpyxl.DEFUSEDXML:
    raise ImproperlyConfigured("openpyxl does not see defusedxml: uploaded workbooks could carry entity bombs")

LARGEST_FILE = 10 * 1024 * 1024
MOST_ENTRIES = 200
LARGEST_UNPACKED = 50 * 1024 * 1024
CHUNK = 256 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and the envelope of an encrypted workbook
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UNSAFE = (DefusedXmlException,)


class Unreadable(ValueError):
    """The file cannot be taken; ``str()`` is the sentence that the user reads."""


def check_file(data: bytes) -> None:
    """Raise Unreadable unless these bytes are a plain .xlsx workbook of bearable size."""
    if not data:
        raise Unreadable("文件是空的，请重新选择。")
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"文件有 {len(data) / 1048576:.1f} MB，最多 10 MB；请分成几个文件导入。")
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise Unreadable("工作簿设有打开密码，请在 Excel 中取消密码后再导入。")
        raise Unreadable("这是旧版 .xls 文件，请在 Excel 中另存为“Excel 工作簿（*.xlsx）”后再导入。")
    if not data.startswith(b"PK"):
        raise Unreadable("这不是 Excel 工作簿。CSV、文本和网页文件请先在 Excel 中打开，另存为 .xlsx 后再导入。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, zipfile.zlib.error) as fault:
        raise Unreadable("文件已损坏，打不开；请在 Excel 中重新保存后再导入。") from fault


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"工作簿内部有 {len(entries)} 个部分，最多 {MOST_ENTRIES} 个；请把表格复制到新工作簿再导入。")
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("压缩包设有密码，请取消密码后再导入。")
    if "xl/workbook.bin" in names:
        raise Unreadable("这是二进制工作簿（.xlsb），请另存为 .xlsx 后再导入。")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Unreadable("这不是 Excel 工作簿（.xlsx）；Word 文档、WPS 文字和压缩包都不能导入。")
    unpacked = 0
    for entry in entries:
        # The sizes written in the archive may lie, so what really comes out is counted.
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > LARGEST_UNPACKED:
                    raise Unreadable("工作簿展开后超过 50 MB；请只保留要导入的表，删去图片和多余格式后再导入。")
    if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Unreadable("工作簿含有宏，请另存为不含宏的“Excel 工作簿（*.xlsx）”后再导入。")
