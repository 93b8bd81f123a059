"""Kinds of events in words people understand, grouped as the menu is. A test finds those that have none."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GROUPS: dict[str, Promise] = {
    "customers": _("Customers"),
    "orders": _("Orders"),
    "todo": _("To-dos"),
    "standing": _("Standing"),
    "partners": _("Irregular practices"),
    "imports": _("Imports"),
    "lists": _("Lists"),
    "privacy": _("Privacy"),
    "hooks": _("Web hooks"),
}
WORDS: dict[str, Promise] = {
    "customers.created": _("A customer file was opened"),
    "customers.changed": _("A customer file was changed"),
    "customers.entry_added": _("Something was learnt of a customer"),
    "customers.interaction_noted": _("A call, visit or message was noted"),
    "customers.project_moved": _("A customer's project reached another stage"),
    "customers.handed_over": _("A customer was handed over"),
    "customers.handed_over_together": _("Several customers were handed over at once"),
    "customers.deactivated": _("A customer file was closed"),
    "customers.reactivated": _("A customer file was opened again"),
    "customers.merged": _("Two files became one"),
    "customers.unmerged": _("A merge was taken back"),
    "customers.merge_proposed": _("Somebody says that two files are one customer"),
    "customers.pair_decided": _("It was decided whether two files are one customer"),
    "customers.placed": _("Where customers stand was written down, a batch at a time"),
    "customers.released": _("A customer went to the public pool"),
    "customers.claimed": _("A customer was claimed from the pool"),
    "customers.assigned": _("A customer of the pool was assigned"),
    "customers.suitability_changed": _("Whether a customer suits us was found to be otherwise"),
    "customers.terms_granted": _("Individual terms were granted"),
    "customers.terms_ended": _("Individual terms ended"),
    "customers.terms_undeserved": _("A customer no longer meets the conditions of individual terms"),
    "partners.practice_confirmed": _("An irregular practice was confirmed"),
    "partners.practice_answered": _("The answer to an irregular practice was decided"),
    "partners.practice_cleared": _("An irregular practice turned out to be none"),
    "orders.cancelled": _("An order was cancelled"),
    "orders.delivered": _("The day of delivery became known or was corrected"),
    "todo.opened": _("A to-do was opened"),
    "todo.done": _("A to-do was done"),
    "todo.dropped": _("A to-do was found not to be needed"),
    "standing.assessed": _("An assessment ended"),
    "standing.tiers_changed": _("Customers changed tier or class"),
    "standing.rules_applied": _("New grading rules apply"),
    "imports.batch_loaded": _("A batch of an import was loaded"),
    "imports.finished": _("An import ended"),
    "imports.undone": _("An import was taken back"),
    "privacy.consent_noted": _("A customer agreed or withdrew"),
    "privacy.customer_erased": _("A person was erased"),
    "hooks.switched_off": _("A web hook switched itself off"),
    "hooks.test": pgettext_lazy("web hook", "Test event"),
}


def words_of(name: str) -> Promise | str:
    return WORDS.get(name, name)


def grouped(names: Iterable[str]) -> list[tuple[Promise | str, list[tuple[str, Promise | str]]]]:
    """Events by group, each with its words, in the order people think of them."""
    left = set(names)
    ordered = [name for name in WORDS if name in left] + sorted(left - set(WORDS))
    domains = dict.fromkeys([*GROUPS, *(name.partition(".")[0] for name in ordered)])
    found = [(domain, [name for name in ordered if name.partition(".")[0] == domain]) for domain in domains]
    return [(GROUPS.get(domain, domain), [(name, words_of(name)) for name in named]) for domain, named in found if named]
