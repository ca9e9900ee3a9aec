"""Schemes between their files, the database and memory."""

import hashlib
from functools import lru_cache

from django.db import transaction

from accounts.exceptions import NotNow
from accounts.models import User
from audit import services as audit
from registers.models import Scheme
from registers.schemes.model import SchemeSpec
from registers.schemes.parse import parse


@lru_cache(maxsize=64)
def _parsed(digest: str, key: str, version: int, body: str) -> SchemeSpec:
    return parse(body, name=f"{key} 第 {version} 版")


def spec_of(scheme: Scheme) -> SchemeSpec:
    """The parsed scheme; kept in memory by digest, since a stored version never changes."""
    return _parsed(scheme.digest, scheme.key, scheme.version, scheme.body)


@transaction.atomic
def load(*, text: str, name: str, by: User | None = None) -> tuple[Scheme, bool]:
    """Store a scheme's text. The same text again changes nothing; another text under a stored version is refused.

    Returns the row and whether it is new. Raises SchemeError for a faulty file, NotNow for a changed version.
    """
    spec = parse(text, name=name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = Scheme.objects.filter(key=spec.key, version=spec.version).first()
    if known and known.digest == digest:
        return known, False
    if known and known.cycles.exists():
        raise NotNow(
            f"{name}:{spec.key} 第 {spec.version} 版已在使用，不能改动；请把 version 改为 {spec.version + 1}。"
        )
    if known:
        known.name, known.body, known.digest = spec.name, text, digest
        known.save()
    else:
        known = Scheme.objects.create(key=spec.key, version=spec.version, name=spec.name, body=text, digest=digest)
    audit.record(verb="scheme.load", by=by, target=known, key=spec.key, version=spec.version, digest=digest)
    return known, True
