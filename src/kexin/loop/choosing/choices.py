from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Verdict(models.TextChoices):
    """Suitable or not only where no answer still missing could change it."""

    SUITABLE = "suitable", pgettext_lazy("verdict", "Suitable")
    UNSUITABLE = "unsuitable", pgettext_lazy("verdict", "Not suitable")
    OPEN = "open", pgettext_lazy("verdict", "Cannot say yet")


class VersionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("checklist", "Draft")
    PUBLISHED = "published", pgettext_lazy("checklist", "Published")
    RETIRED = "retired", pgettext_lazy("checklist", "Retired")


class RunState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("run", "Running")
    DONE = "done", pgettext_lazy("run", "Done")
    FAILED = "failed", pgettext_lazy("run", "Failed")


class Eligibility(models.TextChoices):
    ELIGIBLE = "eligible", _("Eligible")
    NOT = "not", _("Not eligible")
    OPEN = "open", pgettext_lazy("eligibility", "Cannot say yet")


class GrantState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("terms", "Asked for")
    GRANTED = "granted", pgettext_lazy("terms", "Granted")
    REFUSED = "refused", pgettext_lazy("terms", "Refused")
    ENDED = "ended", pgettext_lazy("terms", "Ended")


class PropositionKind(models.TextChoices):
    """One value proposition a segment: what is said first about what we offer."""

    EXCLUSIVE = "exclusive", _("Exclusive: the product itself, rational")
    EXTRA = "extra", _("Extra: what comes with it, emotional")
    KEY = "key", _("Key: the core benefit, moving")
