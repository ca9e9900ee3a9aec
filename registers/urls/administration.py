"""Addresses of signing in and of the three administrators' own pages."""

from django.urls import path

from accounts.views.signing import sample_signin, sign_in
from registers.people import sample_people
from registers.views import administration, checkpoints, event_log, passwords, redactions, roles, safety

urlpatterns = [
    path("signin/", sign_in, {"sample_people": sample_people}, name="login"),
    path("signin/sample/", sample_signin, name="sample_signin"),
    path("account/", administration.account, name="account"),
    path("accounts/", administration.accounts, name="accounts"),
    path("accounts/add/", administration.account_add, name="account_add"),
    path("accounts/passwords/", passwords.account_passwords, name="account_passwords"),
    path("accounts/<int:pk>/", administration.account_keep, name="account_keep"),
    path("roles/", roles.roles, name="roles"),
    path("roles/add/", roles.role_add, name="role_add"),
    path("roles/<int:pk>/end/", roles.role_end, name="role_end"),
    path("roles/confirm/<slug:model>/<int:pk>/", roles.role_confirm, name="role_confirm"),
    path("roles/handover/<int:pk>/", roles.account_handover, name="account_handover"),
    path("roles/grants/<int:pk>/confirm/", roles.grant_confirm, name="grant_confirm"),
    path("signin-safety/", safety.sign_in_safety, name="sign_in_safety"),
    path("redactions/", redactions.redactions, name="redactions"),
    path("redactions/add/", redactions.redaction_add, name="redaction_add"),
    path("redactions/<int:pk>/", redactions.redaction, name="redaction"),
    path("checkpoints/", checkpoints.checkpoints_page, name="checkpoints"),
    path("audit/", event_log.events, name="audit"),
]
