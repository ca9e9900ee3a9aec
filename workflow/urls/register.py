"""Addresses of one register: its page, the acts on it, its versions."""

from django.urls import URLPattern, path

from workflow.views import deciding, filler, register, versions

urlpatterns: list[URLPattern] = [
    path("registers/<int:pk>/", register.register, name="register"),
    path("registers/<int:pk>/opine/", deciding.opine, name="register_opine"),
    path("registers/<int:pk>/agree/", deciding.agree, name="register_agree"),
    path("registers/<int:pk>/send-back/", deciding.send_back, name="register_send_back"),
    path("registers/<int:pk>/stop/", deciding.stop, name="register_stop"),
    path("registers/<int:pk>/confirm/", filler.confirm, name="register_confirm"),
    path("registers/<int:pk>/submit/", filler.submit, name="register_submit"),
    path("registers/<int:pk>/withdraw/", filler.withdraw, name="register_withdraw"),
    path("registers/<int:pk>/compile/", filler.compile_children, name="register_compile"),
    path("registers/<int:pk>/recompile/", filler.recompile, name="register_recompile"),
    path("registers/<int:pk>/change/", filler.new_version, name="register_new_version"),
    path("registers/<int:pk>/versions/", versions.versions, name="register_versions"),
    path("proposals/<int:pk>/take/", filler.take, name="proposal_take"),
    path("proposals/<int:pk>/decline/", filler.decline, name="proposal_decline"),
]
