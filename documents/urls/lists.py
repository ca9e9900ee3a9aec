"""Lists of a whole bureau or section: on the screen, as workbook and as PDF."""

from django.urls import path

from documents.views import lists

urlpatterns = [
    path("lists/", lists.lists, name="lists"),
    path("lists/<int:pk>/<slug:scheme>/<slug:key>/", lists.list_html, name="list_html"),
    path("lists/<int:pk>/<slug:scheme>/<slug:key>/xlsx/", lists.list_xlsx, name="list_xlsx"),
    path("lists/<int:pk>/<slug:scheme>/<slug:key>/pdf/", lists.list_pdf, name="list_pdf"),
]
