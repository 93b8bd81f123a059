from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    FRONT_LINE = "front_line", _("Front line")
    MANAGER = "manager", _("Manager")
    ANALYST = "analyst", _("Analyst")
    EXECUTIVE = "executive", _("Executive")
    ADMINISTRATOR = "administrator", _("Administrator")


class Sees(models.TextChoices):
    OWN = "own", _("Own records")
    BRANCH = "branch", _("Branch and below")
    ALL = "all", _("Everything")
