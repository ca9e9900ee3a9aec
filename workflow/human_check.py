"""Whether a person filled in a form that is open to everybody: he took his time, and could answer a plain question.

No picture, no script, no third party, and no row: the form carries a signed stamp (a random word and when it was first
shown), the question follows from the word and our key. A stamp is good for one form: who takes in what was written
keeps the word (see `comments.receipt_of`). What a program learns from the stamp says nothing of the answer.
"""

import datetime
import random
import secrets
import unicodedata
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from accounts.sealing import keyed_digest

LEAST = datetime.timedelta(seconds=5)  # nobody reads the form, writes five characters and counts in less
LONGEST = datetime.timedelta(hours=24)  # a page may stay open over night, not for ever
UNITS = "零一二三四五六七八九"
SAME = str.maketrans("〇两俩壹贰貳叁肆伍陆柒捌玖拾", "零二二一二二三四五六七八九十")
AROUND = "。.,、;:!?=等于是为个人张还剩现在有"  # what people write before and after a number

# (how it is asked, how it is counted); the first number lies within 20..88, the second within 2..9.
QUESTIONS = (
    ("{}加{}等于多少？", lambda first, second: first + second),
    ("{}减{}等于多少？", lambda first, second: first - second),
    ("屋里有{}个人，又来了{}个人，现在有多少人？", lambda first, second: first + second),
    ("有{}张表，交走了{}张，还剩多少张？", lambda first, second: first - second),
)
FIRST, SECOND = range(20, 89), range(2, 10)


class NotShown(ValueError):
    """The sentence for whoever filled in the form; ``asks_anew``: this stamp is of no further use."""

    def __init__(self, sentence: str, *, field: str = "", asks_anew: bool) -> None:
        super().__init__(sentence)
        self.field, self.asks_anew = field, asks_anew


@dataclass(frozen=True)
class Check:
    """What one form carries and asks."""

    stamp: str
    question: str


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"human check {purpose}")


def _asked(word: str) -> tuple[str, int]:
    """The question that belongs to a word, and its answer."""
    dice = random.Random(keyed_digest("human check", word))  # noqa: S311 the secret is in the digest
    (ask, count), first, second = dice.choice(QUESTIONS), dice.choice(FIRST), dice.choice(SECOND)
    asked = ask.format(in_words(first), in_words(second))
    return asked.replace("了二", "了两"), count(first, second)


def begin(purpose: str) -> Check:
    """For a form that is shown now. ``purpose``: what the form is about; a stamp is good for nothing else."""
    return _stamped(purpose, timezone.now())


def again(purpose: str, stamp: str) -> Check:
    """For a form that is shown once more with another question. The time that somebody took already counts."""
    try:
        return _stamped(purpose, _read(purpose, stamp)[1])
    except NotShown:
        return begin(purpose)


def of(purpose: str, stamp: str) -> Check:
    """For a form that is shown once more as it was."""
    try:
        return Check(stamp, _asked(_read(purpose, stamp)[0])[0])
    except NotShown:
        return begin(purpose)


def _stamped(purpose: str, since: datetime.datetime) -> Check:
    word = secrets.token_hex(12)
    return Check(_signer(purpose).sign(f"{word}.{int(since.timestamp())}"), _asked(word)[0])


def _read(purpose: str, stamp: str) -> tuple[str, datetime.datetime]:
    """The word and since when the form is open. Raises NotShown for what is not ours, or is too old."""
    old = "这张表单不是刚才打开的，或者已经打开了一天以上。您写的文字还在，请回答新的问题再提交。"
    try:
        word, seconds = _signer(purpose).unsign(stamp).split(".")
    except (signing.BadSignature, ValueError):
        raise NotShown(old, asks_anew=True) from None
    since = datetime.datetime.fromtimestamp(int(seconds), tz=datetime.UTC)
    if timezone.now() - since > LONGEST:
        raise NotShown(old, asks_anew=True)
    return word, since


def passed(purpose: str, stamp: str, answer: str) -> str:
    """The word of a form that a person filled in. Raises NotShown with what to do."""
    word, since = _read(purpose, stamp)
    if number_of(answer) != _asked(word)[1]:
        raise NotShown("答得不对，请看新的问题再答一次；您写的文字还在。", field="answer", asks_anew=True)
    if timezone.now() - since < LEAST:
        sentence = f"表单打开还不到 {LEAST.seconds} 秒，像是程序自动提交的。您写的文字还在，请稍等几秒再提交一次。"
        raise NotShown(sentence, asks_anew=False)
    return word


def in_words(number: int) -> str:
    """A number below one hundred as it is read: 二十三."""
    tens, units = divmod(number, 10)
    return ("" if tens < 2 else UNITS[tens]) + ("十" if tens else "") + (UNITS[units] if units or not tens else "")


NUMBERS = {
    written: number
    for number in range(100)
    for written in (
        str(number),
        in_words(number),
        "".join(UNITS[int(digit)] for digit in str(number)),
        ("一" if 10 <= number < 20 else "") + in_words(number),
    )
}


def number_of(text: str) -> int | None:
    """The number below one hundred that somebody wrote: 23, ２３, 二十三, 贰拾叁, 二三, also 23人。; else None."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(SAME)
    return NUMBERS.get(plain.strip(AROUND))
