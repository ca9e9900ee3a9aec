"""Addresses of powers, regulations and procedures."""

from django.urls import path

from registers.views import power_keeping, powers, procedures, regulations

urlpatterns = [
    path("powers/", powers.powers, name="powers"),
    path("powers/gaps/", powers.power_gaps, name="power_gaps"),
    path("powers/add/", power_keeping.power_add, name="power_add"),
    path("powers/<int:pk>/", powers.power, name="power"),
    path("powers/<int:pk>/edit/", power_keeping.power_change, name="power_change"),
    path("powers/<int:pk>/close/", power_keeping.power_close, name="power_close"),
    path("powers/<int:pk>/regulations/", power_keeping.power_regulations, name="power_regulations"),
    path("powers/<int:pk>/regulations/<int:regulation>/", power_keeping.power_link, name="power_link"),
    path("powers/<int:pk>/procedures/add/", procedures.procedure_add, name="procedure_add"),
    path("procedures/<int:pk>/", procedures.procedure, name="procedure"),
    path("procedures/<int:pk>/remove/", procedures.procedure_remove, name="procedure_remove"),
    path("regulations/", regulations.regulations, name="regulations"),
    path("regulations/add/<int:bureau>/", regulations.regulation_add, name="regulation_add"),
    path("regulations/<int:pk>/", regulations.regulation, name="regulation"),
    path("regulations/<int:pk>/edit/", regulations.regulation_change, name="regulation_change"),
    path("regulations/<int:pk>/close/", regulations.regulation_close, name="regulation_close"),
]
