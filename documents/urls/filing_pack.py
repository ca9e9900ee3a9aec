"""Address of the filing pack."""

from django.urls import path

from documents.views.filing_pack import filing_pack

urlpatterns = [path("cycles/<int:pk>/filing-pack/", filing_pack, name="filing_pack")]
