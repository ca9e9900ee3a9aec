"""Addresses of this app. The sign-in page is in `registers.urls`: it shows who the people of the sample are."""

from django.urls import path

from accounts.views import factor, own, signing

urlpatterns = [
    path("signin/code/", signing.second_factor, name="second_factor"),
    path("signout/", signing.sign_out, name="logout"),
    path("password/", own.password_change, name="password_change"),
    path("password/done/", own.password_change_done, name="password_change_done"),
    path("account/sessions/end/", own.session_end, name="session_end"),
    path("account/second-factor/", factor.second_factor_setup, name="second_factor_setup"),
    path("resume/", own.resume, name="resume"),
]
