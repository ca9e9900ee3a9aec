"""Addresses by name that may belong to another part of the program: empty where that part is not installed."""

from django.urls import NoReverseMatch, reverse


def link(name: str, *args, **kwargs) -> str:
    """The address of that name; empty when nothing answers to it."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""
