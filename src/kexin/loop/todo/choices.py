from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("to-do", "Open")
    DONE = "done", pgettext_lazy("to-do", "Done")
    DROPPED = "dropped", _("Not needed")


class Kind(models.TextChoices):
    """What is owed. Domains above may use kinds of their own: the column is free text."""

    CALL = "call", _("Call")
    PROMISE = "promise", _("Promise")
    FOLLOW_UP = "follow_up", _("Follow-up")
    REVIEW = "review", _("Look into")
    TASK = "task", _("Task")
    TAKE_OVER = "take_over", _("Taken over")
