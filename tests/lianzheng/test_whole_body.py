"""A form whose upload was cut off is not acted on: neither its fields nor the part of a file that arrived."""

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http.request import UnreadablePostError

from lianzheng.whole_body import CutOff, WholeBody, whole_bodies

MARK = "mark"
BODY = (
    b'--mark\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xe7\x94\xb2\r\n'
    b'--mark\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    + b"x" * 5000
    + b"\r\n--mark--\r\n"
)


def asked(sent: bytes) -> WSGIRequest:
    """As the server hands it on: it announced the whole body."""
    seen = []
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": f"multipart/form-data; boundary={MARK}",
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.input": io.BytesIO(sent),
    }
    whole_bodies(lambda environ, _: seen.append(WSGIRequest(environ)))(environ, None)
    return seen[0]


def test_a_whole_form_is_read():
    request = asked(BODY)
    assert request.POST["name"] == "甲"
    assert request.FILES["file"].size == 5000


@pytest.mark.parametrize("stop", [0, 10, 60, 200, 4000, len(BODY) - 1])
def test_a_form_that_was_cut_off_is_not_read(stop):
    with pytest.raises(UnreadablePostError):
        asked(BODY[:stop]).POST["name"]


def test_lines_and_the_rest_are_counted_too():
    body = WholeBody(io.BytesIO(b"a\nb"), 4)
    assert (body.readline(), body.read(0), body.read(1)) == (b"a\n", b"", b"b")
    with pytest.raises(CutOff, match="1 bytes"):
        body.readline()
