"""Parsed schemes for many registers at once, so that a list never reads a scheme's text once per row."""

from collections.abc import Iterable, Mapping

from registers.models import Register, Scheme
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Step
from registers.schemes.store import spec_of


def specs_of(registers: Iterable[Register]) -> dict[int, SchemeSpec]:
    """The schemes of these registers by their id, from one query; a text is read once by a process."""
    ids = {register.scheme_id for register in registers}
    return specs_by_digest(dict(Scheme.objects.filter(pk__in=ids).order_by().values_list("pk", "digest")))


def specs_by_digest(digests: Mapping[int, str]) -> dict[int, SchemeSpec]:
    """The same where a query has brought id and digest along: no query, except for a text not read before."""
    unknown = [pk for pk, digest in digests.items() if (pk, digest) not in _known]
    for scheme in Scheme.objects.filter(pk__in=unknown) if unknown else ():
        _known[(scheme.pk, scheme.digest)] = spec_of(scheme)
    return {pk: _known[(pk, digest)] for pk, digest in digests.items()}


_known: dict[tuple[int, str], SchemeSpec] = {}  # a stored version never changes, and there are few of them


def step_named(spec: SchemeSpec, scope: str, key: str) -> Step | None:
    """A step by its key; None for a key that the scheme does not (or no longer) know."""
    try:
        return spec.route(scope).step(key)
    except KeyError:
        return None


def scope_name(spec: SchemeSpec, key: str) -> str:
    """What a scope is called; its key where the scheme does not know it."""
    return next((scope.name for scope in spec.scopes if scope.key == key), key)
