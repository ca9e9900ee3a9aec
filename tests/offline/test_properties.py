"""The mark in a workbook's properties is read in the web process: whatever is sent there, only little is unpacked."""

import io
import tracemalloc
import zipfile

import pytest

from registers.offline.sheet import PROPERTIES, mark_of


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_properties_that_unpack_to_very_much_take_no_memory(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(PROPERTIES, bytes(40 << 20))
    tracemalloc.start()
    try:
        assert mark_of([], out.getvalue()) is None
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()
