"""Addresses of this app. The sign-in page is in `registers.urls`: it shows who the people of the sample are."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("signout/", views.sign_out, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("password/done/", views.password_change_done, name="password_change_done"),
    path("resume/", views.resume, name="resume"),
]
