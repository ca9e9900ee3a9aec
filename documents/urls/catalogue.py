"""Address of the templates of the import."""

from django.urls import URLPattern, path

from documents.views.catalogue import catalogue_template

urlpatterns: list[URLPattern] = [
    path("catalogue/<str:kind>/template/", catalogue_template, name="catalogue_template"),
]
