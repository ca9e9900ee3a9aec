"""Which passwords may be chosen, by the policy of the installation; all on the server, each refusal a sentence."""

import re
from functools import cache

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from pypinyin import lazy_pinyin

from accounts import policy
from accounts.hooks import facts_of
from accounts.models import OldPassword, SecondFactor, User

LONGEST = 1024  # signs; longer ones are refused, never cut
SHORT_WORD = 4  # shorter words are looked for as all the letters of a password, longer ones anywhere in it
ROLE_WORDS = (
    "admin", "administrator", "root", "system", "jiwei", "jijian", "jiancha", "lianzheng", "fengkong", "juzhang",
    "kezhang", "guzhang", "chuzhang", "shuji", "bangongshi", "bgs", "jwjw", "guanliyuan", "anquan", "shenji", "lzfk",
    "password", "passwd", "mima", "welcome", "changeme", "letmein",
)  # fmt: skip
# What a finger runs along: rows and columns of the keyboard.
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "!@#$%^&*()")
LEET = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})


@cache
def common_passwords() -> frozenset[str]:
    """The 20,000 most frequent ones that Django brings."""
    return frozenset(CommonPasswordValidator().passwords)


@cache
def _neighbours() -> frozenset[str]:
    pairs = {line[at : at + 2] for line in KEYS for at in range(len(line) - 1)}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


def classes_in(password: str) -> int:
    """How many of the four there are: small letters, capitals, digits, others (Chinese characters among them)."""
    kinds = {
        "small" if sign.islower() else "capital" if sign.isupper() else "digit" if sign.isdigit() else "other"
        for sign in password
    }
    return len(kinds)


def telling_signs(password: str) -> int:
    """Signs that are not the third or later of a run: 1111, abcd, 4321, qwer."""
    text = password.casefold()
    steps = [_steps(one, two) for one, two in zip(text, text[1:], strict=False)]
    running = sum(1 for one, two in zip(steps, steps[1:], strict=False) if one & two)
    return len(text) - running


def _steps(one: str, two: str) -> set[str]:
    """In which ways a sign continues the one before; de is both a step in the alphabet and one on the keyboard."""
    found = {"same"} if one == two else set()
    if one + two in _neighbours():
        found.add("keys")
    if one.isalnum() and two.isalnum() and abs(ord(one) - ord(two)) == 1:
        found.add("up" if ord(two) > ord(one) else "down")
    return found


def is_common(password: str) -> bool:
    """Whether it, or what is left without digits and signs around it, is one of the frequent ones."""
    text = password.casefold()
    folded = text.translate(LEET)
    cores = {text, folded, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text), re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)}
    return any(core in common_passwords() for core in cores if core)


def words_of(user: User | None) -> set[str]:
    """What others know of a person: user name, own name, names of where he works; in Chinese, pinyin and initials."""
    words = set(ROLE_WORDS)
    if user is not None:
        words |= {user.username, *re.split(r"[\W_]+", user.username), *spellings(user.name)}
        if user.pk:
            words |= {spelling for name in facts_of(user).words for spelling in spellings(name)}
    return {word.casefold() for word in words if len(word) > 1 and not word.isdecimal()}


def spellings(name: str) -> set[str]:
    """A Chinese name as people type it: itself, in pinyin, by initials; also without what stands before the unit."""
    found = set()
    for part in {name, name[1:]} if len(name) > 3 else {name}:
        syllables = [syllable for syllable in lazy_pinyin(part) if syllable.strip()]
        found |= {part, "".join(syllables), "".join(syllable[0] for syllable in syllables)}
    return found


def telltale_word(password: str, user: User | None) -> str:
    """The first word of the person's surroundings that stands in the password; empty for none."""
    text = password.casefold()
    letters = re.sub(r"[\W\d_]+", "", text)
    for word in sorted(words_of(user), key=lambda word: (-len(word), word)):
        places = (text, text.translate(LEET), letters)
        found = any(word in place for place in places) if len(word) >= SHORT_WORD else word == letters
        if found or (len(word) > 1 and not word.isascii() and word in text):
            return word
    return ""


def faults_of(password: str, user: User | None = None) -> list[str]:
    """Every reason for which the policy refuses it."""
    rules, faults = policy.current(), []
    least = rules.min_length
    if rules.min_length_with_factor < least and user is not None and user.pk and _has_factor(user):
        least = rules.min_length_with_factor
    if len(password) < least:
        faults.append(f"至少要有{least}个字符。")
    if len(password) > LONGEST:
        faults.append(f"最多{LONGEST}个字符。")
    if classes_in(password) < rules.classes:
        faults.append("小写字母、大写字母、数字、其他符号四种里至少要有三种。")
    elif telling_signs(password) < rules.telling:
        faults.append("连续或重复的字符太多，如1111、abcd、qwer。")
    if is_common(password):
        faults.append("这是常见的密码。")
    elif telltale_word(password, user):
        faults.append("不能含有用户名、姓名、单位或职务的名称、拼音或缩写。")
    if not faults and rules.remembered and user is not None and user.pk and _was_used(password, user, rules.remembered):
        faults.append(f"不能与最近{rules.remembered}次用过的密码相同。")
    return faults


def _has_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def _was_used(password: str, user: User, remembered: int) -> bool:
    """Among the one that he has and those before it."""
    old = OldPassword.objects.filter(user=user).order_by("-pk").values_list("encoded", flat=True)[: remembered - 1]
    return any(check_password(password, encoded) for encoded in (user.password, *old))


def forget_oldest(user: User) -> None:
    """Keep no more old passwords than any policy asks about."""
    most = max(rules.remembered for rules in policy.POLICIES.values())
    kept = OldPassword.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:most]
    OldPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


def in_words() -> str:
    """What the policy asks for, for the page where a password is chosen."""
    rules = policy.current()
    parts = [f"至少{rules.min_length}个字符"]
    if rules.classes:
        parts.append("小写字母、大写字母、数字、其他符号至少三种")
    parts.append("不用常见的密码，不含用户名、姓名、单位或职务的拼音和缩写")
    if rules.remembered:
        parts.append(f"不与最近{rules.remembered}次的相同")
    if rules.expires_days:
        parts.append(f"{rules.expires_days}天后须再改")
    return "；".join(parts) + "。"


class PolicyValidator:
    """The policy as Django asks validators."""

    def validate(self, password: str, user: User | None = None) -> None:
        if faults := faults_of(password, user):
            raise ValidationError(faults)

    def get_help_text(self) -> str:
        return in_words()
