from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConsentState(models.TextChoices):
    GIVEN = "given", pgettext_lazy("consent", "Given")
    WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn")


class How(models.TextChoices):
    """How a customer said it: the proof is of this kind."""

    WRITTEN = "written", _("In writing, signed")
    SPOKEN = "spoken", _("Spoken, face to face")
    PHONE = "phone", _("On the phone")
    MESSAGE = "message", _("By message or mail")
    WEB = "web", _("On a web page")
    IMPORT = "import", _("From another system")


class Ground(models.TextChoices):
    """Why a person is erased."""

    ASKED = "asked", _("The person asked for it")
    WITHDRAWN = "withdrawn", _("The person withdrew consent")
    PURPOSE_OVER = "purpose_over", _("The purpose is fulfilled or the time is over")
    UNLAWFUL = "unlawful", _("It should not have been collected")


class Checked(models.TextChoices):
    """How we made sure that it really is this person."""

    DOCUMENT = "document", _("Identity document shown")
    CALL_BACK = "call_back", _("Called back on the number on file")
    KNOWN = "known", _("Known personally to the branch")
    PROXY = "proxy", _("Written power of attorney")
    NOT_ASKED = "not_asked", _("Not asked for by the person")
