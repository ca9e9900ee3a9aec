"""Layouts of papers: the list, one of them beside its preview, back to the plan's own."""

from django.urls import path

from documents.views import layouts

urlpatterns = [
    path("layouts/", layouts.form_layouts, name="form_layouts"),
    path("layouts/<int:pk>/<slug:scheme>/<slug:key>/", layouts.form_layout, name="form_layout"),
    path("layouts/<int:pk>/<slug:scheme>/<slug:key>/reset/", layouts.form_layout_reset, name="form_layout_reset"),
]
