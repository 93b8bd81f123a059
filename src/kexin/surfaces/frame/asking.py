"""What to ask next, in words: the thing, and the question one might put to the customer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: dict[str, str | Promise] = {
    "phone": _("Phone"),
    "owner": _("Owner"),
    "region": _("Region"),
    "occasion": _("A day to remember"),
    "occupation": _("Occupation"),
    "hobby": _("Hobbies"),
    "family": pgettext_lazy("topic", "Family"),
    "credit": _("Finances and credit standing"),
    "wish": pgettext_lazy("topic", "Wish"),
    "tax_number": _("Unified social credit code"),
    "contact": _("Contact"),
    "address": _("Address"),
    "project": _("Project cycle"),
}
QUESTIONS: dict[str, str | Promise] = {
    "phone": _("Which number reaches you best, and when?"),
    "owner": _("Who of us looks after this customer from now on?"),
    "region": _("Where are you at home, and which of our branches is nearest?"),
    "occasion": _("Is there a day we should not forget: a birthday, the day you opened?"),
    "occupation": _("What do you do, and what is a working day like?"),
    "hobby": _("What do you like to do when you have time?"),
    "family": _("Who else uses it, who else decides?"),
    "credit": _("Which terms do you need, and how do you settle your bills?"),
    "wish": _("What would you like to have solved next?"),
    "tax_number": _("What shall we write on the invoice?"),
    "contact": _("Whom do we speak to when you are away?"),
    "address": _("Where shall we deliver?"),
    "project": _("What are you planning, and by when should it be decided?"),
}


def words(item: str) -> str:
    return str(WORDS[item])


def question(item: str) -> str:
    return str(QUESTIONS[item])
