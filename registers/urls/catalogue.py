"""Addresses of the import of units, people, regulations, powers and accounts."""

from django.urls import path

from registers.views import catalogue

urlpatterns = [
    path("catalogue/", catalogue.catalogues, name="catalogues"),
    path("catalogue/done/<int:event>/", catalogue.done, name="catalogue_done"),
    path("catalogue/<str:kind>/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<str:kind>/upload/<str:token>/", catalogue.preview, name="catalogue_preview"),
    path("catalogue/<str:kind>/upload/<str:token>/marked/", catalogue.marked, name="catalogue_marked"),
]
