from django.apps import AppConfig

from jobs import registry


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "后台任务"
    unjournaled = {"Job": "a queue: what was asked and taken is in the event log"}

    def ready(self) -> None:
        """A worker is what lives all day: it also lets the ends of the chains leave the machine."""
        registry.sweep_with("audit.checkpoints.drop_hourly")
        registry.sweep_with("audit.spent.drop_old")
