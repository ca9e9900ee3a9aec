from django.apps import AppConfig


class LianzhengConfig(AppConfig):
    name = "lianzheng"
    verbose_name = "廉政风险防控登记"
