"""Reading what somebody else has written: the zip, its lines of JSON, checkpoints. Nothing is unpacked to the disk."""

import hashlib
import io
import json
import os
import re
import struct
import unicodedata
import zipfile
import zlib

FORMAT, HEADING = "lianzheng-evidence/1", "lianzheng checkpoint v1"
LONGEST_LINE, MOST_RATIO, MOST_CHECKPOINTS = 4 << 20, 200, 100000
PARTS = ("events.jsonl", "changes.jsonl", "links.jsonl", "checkpoints.txt")
LOOSE = "loose.jsonl"  # rows that no link names: there are none in an honest pack
EXTRAS = ("verify_evidence.py", "README.txt")
PERSONAL = ("actor_name", "actor_post", "object_label", "detail", "address")
CORE = ("id", "at", "bureau", "verb", "result", "object_type", "object_id", "actor")
COLUMNS = {
    "events.jsonl": sorted(CORE + PERSONAL + ("salt", "sealed")),
    "changes.jsonl": ["content", "id", "op", "row_id", "salt", "sealed", "table_name"],
    "links.jsonl": ["algorithm", "bureau", "changes", "digest", "event_id", "seq"],
}
_ROW, WHOLE = "[1-9][0-9]{0,18}(-[1-9][0-9]{0,18})?", ("id", "bureau", "seq", "event_id")
_HEX = re.compile("[0-9a-f]{64}").fullmatch
SHAPES = (
    ("sealed", re.compile("([0-9a-f]{64})?").fullmatch),
    ("digest", _HEX),
    ("salt", re.compile("([0-9a-f]{32})?").fullmatch),
    ("at", re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z").fullmatch),
    ("op", re.compile("[IUDB]").fullmatch),
    ("changes", re.compile(f"({_ROW}(,{_ROW})*)?").fullmatch),
    ("algorithm", re.compile("sha256|sm3").fullmatch),
)
SHORT = re.compile("([0-9]{1,19})-([0-9]{1,19}) ([0-9a-f]{4}) ?([0-9a-f]{4}) ?([0-9a-f]{4}) ?([0-9a-f]{4})")
HEAD, VALUE = re.compile(r"([0-9]{1,19}) ([0-9]{1,19}) (\S{1,40})"), re.compile("(sha256|sm3):([0-9a-f]{64})")


class Unreadable(Exception):
    """This cannot be checked; the sentence says why."""


def _short_int(text):
    if len(text) > 20:
        raise ValueError("a number of that length is none of ours")
    return int(text)


def _no_constant(text):
    raise ValueError(text)


_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
try:  # the same without setting it up for each value, which takes a third of the time
    _pieces = json.encoder.c_make_encoder(
        None, _encoder.default, json.encoder.encode_basestring, None, ":", ",", True, False, False
    )
except (AttributeError, TypeError):
    _pieces = None


def encode(value):
    """The canonical text: sorted keys, no blanks, letters as they are."""
    return "".join(_pieces(value, 0)) if _pieces else _encoder.encode(value)


_decode = json.JSONDecoder(parse_int=_short_int, parse_constant=_no_constant).decode


def parsed(line, where):
    """One line of canonical JSON: an object written in the one way there is, so that nobody can read it differently."""
    try:
        row = _decode(line.decode("utf-8"))
        same = isinstance(row, dict) and encode(row).encode("utf-8") == line
    except (ValueError, RecursionError, MemoryError):
        same = False
    if not same:
        raise Unreadable(f"{where} 不是规定写法的 JSON（编码、重复的键、数的写法或多余的字符）。")
    return row


def is_id(value):
    """A whole number as databases give them out; True is none."""
    return type(value) is int and 0 <= value < 1 << 63


_TEXTS = ("actor_name", "actor_post", "object_label", "address", "verb", "result", "object_type")
_TEXTS += ("table_name", "row_id", "content")


def bad_column(row):
    """The name of a column whose value is not of its kind, or None."""
    for key, shape in SHAPES:
        if key in row and (type(row[key]) is not str or not shape(row[key])):
            return key
    for key in _TEXTS:
        if type(row.get(key, "")) is not str:
            return key
    for key in ("object_id", "actor"):
        if row.get(key) is not None and not is_id(row[key]):
            return key
    return "detail" if type(row.get("detail", {})) is not dict else None


def checkpoints_in(text, source):
    """[(bureau, seq, algorithm or None, digest or its first 16 digits, source)]; every line has to be understood."""
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFKC", text).replace("\ufeff", "").splitlines()]
    lines, found = [line for line in lines if line][::-1], []
    while lines:
        line = lines.pop()
        short = SHORT.fullmatch(line.lower())
        if short:
            found.append((int(short[1]), int(short[2]), None, "".join(short.groups()[2:]), source))
            continue
        head = HEAD.fullmatch(lines.pop()) if line == HEADING and lines else None
        value = VALUE.fullmatch(lines.pop()) if head and lines else None
        if not value:
            raise Unreadable(f"{source}里有看不懂的检查点：“{line[:60]}”。")
        found.append((int(head[1]), int(head[2]), value[1], value[2], source))
        if len(found) > MOST_CHECKPOINTS:
            raise Unreadable(f"{source}里的检查点太多。")
    return found


def given_checkpoints(given):
    """What stands behind one --checkpoint: a file, a folder of files, or the words themselves."""
    try:
        paths = [given] if os.path.isfile(given) else []
        if os.path.isdir(given):
            paths = sorted(os.path.join(given, name) for name in os.listdir(given) if name.endswith(".txt"))
    except (ValueError, OSError):  # a text with line feeds is no name of a file
        paths = []
    found = [] if paths or os.path.isdir(given) else checkpoints_in(given, "给出的文字")
    for path in paths:
        try:
            with open(path, encoding="utf-8") as stream:
                text = stream.read(LONGEST_LINE + 1)
        except (OSError, UnicodeDecodeError):
            raise Unreadable(f"检查点文件 {path} 读不出来。") from None
        if len(text) > LONGEST_LINE:
            raise Unreadable(f"检查点文件 {path} 太长。")
        found += checkpoints_in(text, os.path.basename(path))
    if not found:
        raise Unreadable(f"“{given[:60]}”里没有检查点。")
    return found


class Pack:
    """The zip: only the files that belong into it, each read once from end to end, its digest taken on the way."""

    def __init__(self, path):
        self.digests = {}
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError, EOFError):
            raise Unreadable("打不开这个文件，或者它不是 zip。") from None
        infos = self._zip.infolist()
        names = [info.filename for info in infos]
        if "manifest.json" not in names or len(set(names)) != len(names):
            raise Unreadable("不是证据包：没有 manifest.json，或者有重名的文件。")
        if sum(info.file_size for info in infos) > MOST_RATIO * os.path.getsize(path) + (1 << 20):
            raise Unreadable("文件展开后大得不正常，不予核验。")
        with open(path, "rb") as stream:
            stream.seek(-22, os.SEEK_END)
            ends = stream.read(4) == b"PK\5\6"
        if not ends or min(info.header_offset for info in infos) or any(info.flag_bits & 1 for info in infos):
            raise Unreadable("文件前后夹带了别的内容，或者加了密，不予核验。")
        lines = list(self.lines("manifest.json"))
        if len(lines) != 1:
            raise Unreadable("manifest.json 应当正好一行。")
        self.manifest = parsed(lines[0], "manifest.json")
        self._check(names)

    def close(self):
        self._zip.close()

    def _check(self, names):
        told, shape = self.manifest, {"id": int, "name": str, "seq": int, "digest": str}
        if told.get("format") != FORMAT or set(told) != {"format", "made_at", "bureaus", "files"}:
            raise Unreadable(f"manifest.json 的格式不是 {FORMAT}。")
        bureaus, files = told["bureaus"], told["files"]
        good = isinstance(bureaus, list) and bureaus and isinstance(files, dict) and type(told["made_at"]) is str
        for one in bureaus if good else [None]:
            if not isinstance(one, dict) or set(one) != set(shape) or any(type(one[k]) is not shape[k] for k in shape):
                raise Unreadable("manifest.json 里的栏目不对。")
        ids = [one["id"] for one in bureaus]
        needed = {f"{bureau}/{part}" for bureau in ids for part in PARTS} | {LOOSE}
        if len(set(ids)) != len(ids) or set(names) != set(files) | {"manifest.json"}:
            raise Unreadable("manifest.json 所列与包里的文件不一致，或者单位重复。")
        if not needed <= set(files) <= needed | set(EXTRAS):
            raise Unreadable("包里缺少规定的文件，或者有不认识的文件。")

    def lines(self, name):
        """Its lines without the line feed; broken, cut or endless ones raise Unreadable."""
        digest = hashlib.sha256()
        try:
            with self._zip.open(name) as member, io.BufferedReader(member, 1 << 16) as stream:
                for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
                    digest.update(line)
                    if not line.endswith(b"\n"):
                        raise Unreadable(f"{name} 第 {number} 行没有写完，或者太长。")
                    yield line[:-1]
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, struct.error, ValueError):
            raise Unreadable(f"{name} 读不出来：压缩包已损坏。") from None
        self.digests[name] = digest.hexdigest()

    def rows(self, name, kind=""):
        """Its rows; each has the columns of its kind, no more and no fewer."""
        for number, line in enumerate(self.lines(name), 1):
            row = parsed(line, f"{name} 第 {number} 行")
            columns = COLUMNS[kind or ("events.jsonl" if "verb" in row else "changes.jsonl")]
            if list(row) != columns or not all([is_id(row[key]) for key in WHOLE if key in row]):
                raise Unreadable(f"{name} 第 {number} 行的栏目不对。")
            yield row
