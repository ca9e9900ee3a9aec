"""The administrator's page on fonts."""

from django.urls import path

from documents.views import fonts

urlpatterns = [
    path("fonts/", fonts.fonts, name="fonts"),
    path("fonts/specimen/", fonts.fonts_specimen, name="fonts_specimen"),
]
