from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "监督"
    unjournaled: dict[str, str] = {}  # the journal of row versions takes all (`audit.protection`)
