"""Addresses of the desk plates and of the public pages of posts."""

from django.urls import URLPattern, path

from documents.views import plates

urlpatterns: list[URLPattern] = [
    path("posts/<int:pk>/plate/", plates.post_plate, name="post_plate"),
    path("posts/<int:pk>/plate/<slug:size>/", plates.post_plate_pdf, name="post_plate_pdf"),
    path("units/<int:pk>/plates/", plates.unit_plates, name="unit_plates"),
    path("public/posts/<int:pk>/", plates.public_post, name="public_post"),
]
