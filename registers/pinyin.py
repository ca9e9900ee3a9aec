"""Chinese names are sorted by a stored pinyin key: no database collation does it alike everywhere."""

from pypinyin import lazy_pinyin

# Surnames whose common reading differs from the first one in the dictionary.
SURNAMES = {"曾": "zeng", "仇": "qiu", "解": "xie", "单": "shan", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge"}


def sort_key(text: str, *, person: bool = False) -> str:
    """The key that sorts ``text`` as a Chinese reader expects; 240 characters at most."""
    syllables = lazy_pinyin(text)
    if person and text[:1] in SURNAMES and syllables:
        syllables[0] = SURNAMES[text[0]]
    return " ".join(syllables)[:240].lower()
