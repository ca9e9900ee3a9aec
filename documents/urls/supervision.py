"""Address of the printed letters of supervision."""

from django.urls import URLPattern, path

from documents.views.supervision import letter_pdf

urlpatterns: list[URLPattern] = [path("supervision/letters/<int:pk>/pdf/", letter_pdf, name="letter_pdf")]
