from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Source(models.TextChoices):
    """How a thing came to be known 收集途径 (lists.md; customer and import are ours)."""

    RESEARCH = "research", _("Market research")
    DEALINGS = "dealings", _("Past dealings")
    EVENTS = "events", _("Outdoor activities and events")
    PROJECTS = "projects", _("Past projects")
    CUSTOMER = "customer", _("The customer")
    IMPORT = "import", _("Import")


class PointKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WECOM = "wecom", _("WeCom")


class Topic(models.TextChoices):
    """What a file entry is about 档案项."""

    OCCUPATION = "occupation", _("Occupation")
    HOBBY = "hobby", _("Hobbies")
    FAMILY = "family", _("Family")
    CREDIT = "credit", _("Finances and credit standing")
    PROJECT = "project", _("Project cycle")
    WISH = "wish", _("Wish")
    NOTE = "note", _("Note")


class Calendar(models.TextChoices):
    SOLAR = "solar", _("Solar")
    LUNAR = "lunar", _("Lunar")


class Tier(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"


class CustomerClass(models.TextChoices):
    """Classification 客户分类: general, suitable, key."""

    GENERAL = "general", _("General")
    SUITABLE = "suitable", _("Suitable")
    KEY = "key", _("Key")


class Behaviour(models.TextChoices):
    """Who gets extra service, and who may grow into it."""

    HEAVY = "heavy", _("Heavy buyer")
    LONG_STANDING = "long_standing", _("Long-standing")
    KEY = "key", _("Key")
    DEMANDING = "demanding", _("Demanding")
    GROWTH = "growth", _("Growth candidate")
