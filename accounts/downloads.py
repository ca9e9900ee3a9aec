"""Files that a reader takes with him: one way to name them and to say what they are."""

from urllib.parse import quote

from django.http import HttpResponse

TYPES = {
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def download(body: bytes, name: str) -> HttpResponse:
    """The file under its Chinese name; its type follows from the ending. The middleware forbids caches and guessing."""
    return HttpResponse(body, content_type=type_of(name), headers={"Content-Disposition": disposition(name)})


def type_of(name: str) -> str:
    """The media type of a file of that name."""
    return TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def disposition(name: str) -> str:
    """An attachment header whose Chinese name every browser reads (RFC 6266 with RFC 5987)."""
    ending = name.rpartition(".")[2]
    return f"attachment; filename=\"paper.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
