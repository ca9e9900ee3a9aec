"""Addresses of the batch pages: meetings, filings, documents."""

from django.urls import URLPattern, path

from workflow.views import filings, issuing, meetings

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/new/record/", meetings.meeting_record, name="meeting_record"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("filings/", filings.filings, name="filings"),
    path("filings/sent/", filings.filings_sent, name="filings_sent"),
    path("filings/inbox/", filings.filings_inbox, name="filings_inbox"),
    path("filings/<int:pk>/", filings.filing, name="filing"),
    path("issuances/", issuing.issuances, name="issuances"),
    path("issuances/new/", issuing.issuance_new, name="issuance_new"),
    path("issuances/<int:pk>/", issuing.issuance, name="issuance"),
]
