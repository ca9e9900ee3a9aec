"""All addresses. Each app owns its part."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("jobs.urls")),
    path("", include("registers.urls")),
    path("", include("workflow.urls")),
    path("", include("supervision.urls")),
    path("", include("documents.urls")),
]

handler400 = "lianzheng.errors.bad_request"
handler403 = "lianzheng.errors.forbidden"
handler500 = "lianzheng.trouble.answer"
