"""What stands in the side navigation, by what the user is."""

from django.http import HttpRequest


def context(request: HttpRequest) -> dict:
    """Template context of every page: the navigation groups and who is signed in."""
    return {}
