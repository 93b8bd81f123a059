from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Cause(models.TextChoices):
    """Why a customer went to the pool."""

    NO_CONTACT = "no_contact", _("Without contact too long")
    NO_ORDER = "no_order", _("Without an order too long")
    BY_HAND = "by_hand", _("Given up by hand")


class Ending(models.TextChoices):
    """How a stay in the pool ended."""

    CLAIMED = "claimed", pgettext_lazy("pool", "Claimed")
    ASSIGNED = "assigned", pgettext_lazy("pool", "Assigned")
    ELSEWHERE = "elsewhere", _("Got an owner otherwise")


class Protection(models.TextChoices):
    """What keeps a customer with its owner whatever the days say."""

    HELD = "held", _("Held by the manager")
    KEY = "key", _("Key customer")
    ASSIGNED = "assigned", _("Came to its owner only lately")
    ORDER = "order", _("An order is on its way")
    PROJECT = "project", _("A project is open")
