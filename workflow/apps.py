from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = "办理"
    # What the journal of row versions leaves out, and what it keeps as a hash (`audit.protection`).
    unjournaled = {"RateHit": "counts tries"}
    hashed = {"Comment.contact", "Comment.receipt"}
