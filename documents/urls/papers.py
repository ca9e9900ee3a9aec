"""Papers of one register: on the screen, as workbook and as PDF."""

from django.urls import path

from documents.views import papers

urlpatterns = [
    path("registers/<int:pk>/papers/<slug:key>/", papers.paper_html, name="paper_html"),
    path("registers/<int:pk>/papers/<slug:key>/xlsx/", papers.paper_xlsx, name="paper_xlsx"),
    path("registers/<int:pk>/papers/<slug:key>/pdf/", papers.paper_pdf, name="paper_pdf"),
]
