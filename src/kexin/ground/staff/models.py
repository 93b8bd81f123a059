from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Role, Sees


def fresh_stamp() -> int:
    """A number never used before: unlike a counter it cannot come back after a rollback."""
    return secrets.randbits(62)


class Company(models.Model):
    """The one company this installation serves (row id 1)."""

    name = models.CharField(max_length=120, blank=True)
    zone = models.CharField(max_length=50, default="Asia/Shanghai")
    # Empty until the first order is loaded or somebody chooses: amounts are only summed in this currency.
    currency = models.CharField(max_length=3, blank=True)
    simulated = models.BooleanField(default=False)  # the demo company says so on every page
    version = models.PositiveIntegerField(default=1)
    calendars = models.BigIntegerField(default=fresh_stamp)  # another one with every change of any calendar: readers see theirs is stale


class Branch(models.Model):
    """A branch 网点. Branches form a tree; `path` is "/1/7/" so that "this and below" is one prefix."""

    name = models.CharField(max_length=80)
    code = models.CharField(max_length=30, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_index=True, editable=False)
    zone = models.CharField(max_length=50, default="Asia/Shanghai")
    holidays = models.CharField(max_length=10, default="CN", blank=True)  # country whose public holidays are kept; empty: none
    # Where it stands, WGS-84. Both or neither: distances of its customers are measured from here (loop.customers).
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="staff_branch_on_the_globe",
            )
        ]

    depth: int = 0  # in the tree; set by queries.branch_tree for pages

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """The branch itself and those above it, nearest first."""
        return [int(part) for part in reversed(self.path.strip("/").split("/")) if part]


class WeeklySlot(models.Model):
    """Open from–to on one weekday (0 Monday). Several a day where there is a lunch break."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="staff_slot_weekday"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="staff_slot_order"),
        ]


class DayOverride(models.Model):
    """One day that differs from the week and the holidays: closed, or open at these hours."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="overrides")
    day = models.DateField()
    is_open = models.BooleanField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "day", "opens"], name="staff_override_once"),
            models.UniqueConstraint(fields=["branch", "day"], condition=models.Q(opens=None), name="staff_override_closed_once"),
            models.CheckConstraint(
                condition=models.Q(is_open=False, opens=None, closes=None) | models.Q(is_open=True, opens__lt=models.F("closes")),
                name="staff_override_hours",
            ),
        ]


class User(AbstractUser):
    """A member of staff. `role` says what they may do, `sees` which records they may do it to."""

    first_name = last_name = None  # type: ignore[assignment]  # one name field: Chinese names are not split
    name = models.CharField(_("Name"), max_length=80, blank=True)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices, default=Role.FRONT_LINE)
    sees = models.CharField(_("Sees"), max_length=10, choices=Sees.choices, default=Sees.BRANCH)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=5, blank=True)  # light, dark, or empty: as the device
    version = models.PositiveIntegerField(default=1)
    must_use_mfa = models.BooleanField(default=False)  # signs in with a second factor, or sets one up first
    session_key_salt = models.CharField(max_length=32, blank=True)  # changed with the role: every open session ends
    is_integration = models.BooleanField(default=False)  # another program: it has a role and a reach like a person, and never signs in

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def actor(self) -> Actor:
        return Actor(id=self.pk, name=str(self))

    @property
    def is_invited(self) -> bool:
        """Invited, and the link not used yet."""
        return self.last_login is None and not self.is_integration and not self.has_usable_password()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What an open session must carry: it ends when the password or the salt changes. Django asks with fallback keys too."""
        return salted_hmac("kexin.staff.session", self.password + self.session_key_salt, secret=secret, algorithm="sha256").hexdigest()


class Cover(models.Model):
    """Somebody stands in for a colleague who is away 代理, on days from–to, both included. It ends by itself."""

    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.BigIntegerField(null=True)
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["deputy", "last_day"]), models.Index(fields=["absent", "last_day"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(first_day__lte=models.F("last_day")), name="staff_cover_days"),
            models.CheckConstraint(condition=~models.Q(absent=models.F("deputy")), name="staff_cover_of_another"),
        ]


class LinkPurpose(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    RESET = "reset", _("New password")


class SignInLink(models.Model):
    """A link the administrator passes on: it lets one person choose a password, once, until it expires.

    What stands in the link is signed with the installation's secret key; the row alone opens nothing.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12, choices=LinkPurpose.choices)
    nonce = models.CharField(max_length=43)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # used, or replaced by a newer link

    class Meta:
        indexes = [models.Index(fields=["user", "-id"])]
