"""What other rooms know of one customer: what is owed to them, and the words stuck on their file."""

from __future__ import annotations

from kexin.ground.lists.models import Tag, Tagging
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.todo import queries as todo
from kexin.loop.todo.models import ToDo

MOST_OWED = 20
MOST_TAGS = 12


def owed_to(customer: Customer, user: User) -> list[ToDo]:
    """Open to-dos, the most urgent first."""
    return list(todo.open_for(customer, user)[:MOST_OWED])


def tags_of(customer: Customer) -> list[str]:
    stuck = Tagging.objects.filter(record_id=customer.pk).values("tag_id")
    return list(Tag.objects.filter(kind="customer", pk__in=stuck).order_by("name").values_list("name", flat=True)[:MOST_TAGS])
