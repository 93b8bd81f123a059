from __future__ import annotations

from django.conf import settings
from django.db import models

from kexin.ground.staff.models import Branch
from kexin.loop.customers.models import Customer
from kexin.loop.todo.choices import Kind, State

__all__ = ["State", "ToDo"]


class ToDo(models.Model):
    """What somebody owes a customer by when 待办. One customer and one cause make one open to-do."""

    kind = models.CharField(max_length=30)  # choices.Kind, or a kind of a domain above
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    origin_kind = models.CharField(max_length=30, blank=True)  # who asked for it: plain values, may point upward
    origin_id = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "state", "due_at"]),
            models.Index(fields=["branch", "state", "due_at"]),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["customer", "state", "-done_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "cause"], condition=models.Q(state="open") & ~models.Q(cause=""), name="todo_one_per_cause"
            ),
            # An open to-do has no end, an ended one has.
            models.CheckConstraint(
                condition=models.Q(state="open", done_at=None) | (~models.Q(state="open") & models.Q(done_at__isnull=False)),
                name="todo_ended_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        return str(dict(Kind.choices).get(self.kind, self.kind))

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN
