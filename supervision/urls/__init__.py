"""Addresses of this app."""

from django.urls import URLPattern, path

from supervision.views import letters

urlpatterns: list[URLPattern] = [
    path("supervision/letters/", letters.letters, name="letters"),
    path("supervision/letters/new/", letters.letter_new, name="letter_new"),
    path("supervision/letters/<int:pk>/", letters.letter, name="letter"),
]
