from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "后台任务"
    unjournaled = {"Job": "a queue: what was asked and taken is in the event log"}
