"""Official papers of the workflow: filing reports and notices as PDF."""

from django.urls import path

from documents.views import official

urlpatterns = [
    path("filings/<int:pk>/report/", official.filing_report_page, name="filing_report"),
    path("filings/<int:pk>/pdf/", official.filing_pdf, name="filing_pdf"),
    path("board/<int:pk>/pdf/", official.notice_pdf, name="notice_pdf"),
    path("public/notices/<int:pk>/pdf/", official.public_notice_pdf, name="public_notice_pdf"),
]
