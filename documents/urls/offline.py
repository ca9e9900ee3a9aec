"""Addresses of offline forms."""

from django.urls import URLPattern, path

from documents.views import offline

urlpatterns: list[URLPattern] = [
    path("registers/<int:pk>/offline/", offline.issue, name="offline_issue"),
    path("offline/", offline.upload, name="offline"),
    path("offline/forms/<str:token>/", offline.workbook, name="offline_workbook"),
    path("offline/<str:batch>/", offline.batch, name="offline_batch"),
    path("offline/<str:batch>/<int:file>/", offline.compare, name="offline_compare"),
    path("offline/<str:batch>/<int:file>/marked/", offline.marked, name="offline_marked"),
]
