"""The envelope of a backup: what was not authenticated is never given out, and a fault is a sentence."""

import io
import random

import pytest

from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.sealing import DAMAGED, MAGIC, NO_BACKUP, PIECE, TAG, WRONG_KEY, SealedReader, SealedWriter

SECRET = "correct horse battery staple"


def sealed(data: bytes, step: int = 700_001) -> bytes:
    stream = io.BytesIO()
    writer = SealedWriter(stream, SECRET)
    for start in range(0, len(data), step):
        writer.write(data[start : start + step])
    writer.close()
    return stream.getvalue()


def opened(data: bytes, secret: str = SECRET) -> bytes:
    return SealedReader(io.BytesIO(data), secret).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_goes_in_comes_out(size):
    data = random.Random(size).randbytes(size)
    assert opened(sealed(data)) == data


def test_a_reader_takes_small_bites():
    data = random.Random(1).randbytes(PIECE + 5000)
    reader = SealedReader(io.BytesIO(sealed(data)), SECRET)
    assert b"".join(iter(lambda: reader.read(999), b"")) == data


def test_another_key_is_said_to_be_the_wrong_one():
    with pytest.raises(KeepingError, match="密钥不对"):
        opened(sealed(b"x"), SECRET + "!")


def test_a_file_of_another_kind_is_no_backup():
    with pytest.raises(KeepingError, match="不是本系统的备份文件"):
        opened(b"SQLite format 3\0" * 100)


def test_any_flipped_bit_is_found():
    data = random.Random(2).randbytes(PIECE + 1000)
    whole, chance = sealed(data), random.Random(3)
    head = whole.index(b"\n", len(MAGIC)) + 1
    places = [*range(0, head, 7), *(chance.randrange(head, len(whole)) for _ in range(20))]
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        with pytest.raises(KeepingError) as fault:
            opened(bytes(flipped))
        assert str(fault.value) in (DAMAGED, WRONG_KEY, NO_BACKUP)


def test_a_piece_that_is_missing_at_the_end_doubled_or_moved_is_found():
    whole = sealed(random.Random(4).randbytes(3 * PIECE))
    head = whole.index(b"\n", len(MAGIC)) + 1
    size = PIECE + TAG
    one, two, three = (whole[head + n * size : head + (n + 1) * size] for n in range(3))
    short = ([one, two], [one], [one, three], [])
    for pieces in (*short, [two, one, three], [one, one, two, three], [one, two, three, three]):
        with pytest.raises(KeepingError):
            opened(whole[:head] + b"".join(pieces))
