"""The trail in the reader's words: what actions, kinds and fields are called. What is not named here is shown as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit.models import Entry
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers.choices import LookPurpose
from kexin.surfaces.frame import formats

KINDS: dict[str, str | Promise] = {
    "user": _("Member of staff"),
    "branch": _("Branch"),
    "company": _("Company"),
    "customer": _("Customer"),
    "contact": _("Contact"),
    "order": _("Order"),
    "product": _("Product"),
    "import": _("Import"),
    "job": _("Job"),
    "file": _("File"),
    "mapping": _("Matching of columns"),
    "asset": _("Asset"),
    "occasion": _("Day to remember"),
    "standing_run": _("Assessment"),
    "standing_rules": _("Tier rules"),
    "todo": _("To-do"),
    "pool_rules": _("Rules of the pool"),
    "choosing_checklist": _("Checklist"),
    "choosing_version": _("Version of a checklist"),
    "choosing_question": _("Question"),
    "choosing_run": _("Scoring"),
    "choosing_terms": _("Individual terms"),
    "choosing_proposition": _("Value proposition"),
    "incident": _("Irregular practice"),
    "practice_kind": _("Kind of practice"),
    "partner": pgettext_lazy("partner", "Partner"),
    "list": _("List"),
    "view": _("Saved view"),
    "tag": _("Tag"),
    "erasure": _("Erasure"),
    "purpose": _("Purpose"),
    "retention": _("Retention rule"),
}
ACTIONS: dict[str, str | Promise] = {
    "user.sign_in": _("signed in"),
    "user.sign_out": _("signed out"),
    "user.sign_in_failed": _("failed to sign in"),
    "user.lock_out": _("was paused after wrong passwords"),
    "user.unlock": _("lifted a pause"),
    "user.create": _("added a person"),
    "user.change": _("changed a person"),
    "user.change_self": _("changed their own account"),
    "user.deactivate": _("closed an account"),
    "user.activate": _("opened an account again"),
    "user.end_sessions": _("signed somebody out everywhere"),
    "user.set_password": _("set a password"),
    "user.change_password": _("changed their password"),
    "user.reset_password_by_mail": _("chose a new password by mail"),
    "user.give_invitation_link": _("gave an invitation link"),
    "user.give_reset_link": _("gave a new password link"),
    "user.use_invitation_link": _("accepted an invitation"),
    "user.use_reset_link": _("chose a new password by link"),
    "user.add_second_factor": _("set up a second factor"),
    "user.remove_own_second_factor": _("removed their second factor"),
    "user.remove_second_factor": _("removed somebody's second factor"),
    "user.renew_recovery_codes": _("made new recovery codes"),
    "branch.create": _("added a branch"),
    "branch.change": _("changed a branch"),
    "branch.move": _("moved a branch"),
    "branch.close": _("closed a branch"),
    "branch.open": _("opened a branch again"),
    "branch.set_week": _("changed opening times"),
    "branch.set_day": _("changed a single day"),
    "branch.clear_day": _("let a day follow the week again"),
    "company.change": _("changed the company's settings"),
    "company.settle_currency": _("settled the reporting currency"),
    "company.currency": _("settled the reporting currency"),
    "customer.create": _("added a customer"),
    "customer.change": _("changed a customer"),
    "customer.reveal": _("looked at a masked value"),
    "privacy.consent_given": _("noted a consent"),
    "privacy.consent_withdrawn": _("noted that consent was withdrawn"),
    "privacy.save_purpose": _("changed a purpose"),
    "privacy.copy": _("gave a person a copy of their data"),
    "privacy.erase": _("erased a person"),
    "privacy.erase_contact": _("erased a contact"),
    "privacy.keep_for": _("changed how long something is kept"),
    "customer.hand_over": _("handed a customer over"),
    "customer.hand_over_all": _("handed over all customers of a colleague"),
    "customer.join_team": _("put a colleague into the team"),
    "customer.leave_team": _("took a colleague out of the team"),
    "cover.name": _("named who stands in"),
    "cover.call_off": _("called a cover off"),
    "pool.hold": _("kept a customer with its owner"),
    "pool.lift_hold": _("lifted a hold"),
    "pool.save_rule": _("changed a rule of the pool"),
    "pool.save_policy": _("changed the limits of the pool"),
    "choosing.scored": _("scored a customer"),
    "choosing.run": _("scored everybody"),
    "choosing.answer": _("answered about a customer"),
    "choosing.save_question": _("changed a question"),
    "choosing.save_checklist": _("changed a checklist"),
    "choosing.draft": _("began a draft of a checklist"),
    "choosing.edit_version": _("edited a draft of a checklist"),
    "choosing.discard": _("dropped a draft of a checklist"),
    "choosing.publish": _("published a checklist"),
    "choosing.save_terms": _("changed individual terms"),
    "choosing.save_proposition": _("changed a value proposition"),
    "terms.ask": _("asked for individual terms"),
    "terms.grant": _("granted individual terms"),
    "terms.override": _("granted individual terms against their conditions"),
    "terms.refuse": _("refused individual terms"),
    "terms.end": _("ended individual terms"),
    "terms.recheck": _("looked at individual terms again"),
    "practice.report": _("reported an irregular practice"),
    "practice.examine": _("took up a report"),
    "practice.hear": _("wrote down what the customer says"),
    "practice.confirm": _("confirmed an irregular practice"),
    "practice.reject": _("found a report not confirmed"),
    "practice.answer": _("decided the answer to a practice"),
    "practice.close": _("closed a report"),
    "practice_kind.add": _("added a kind of practice"),
    "practice_kind.change": _("changed a kind of practice"),
    "practice_kind.remove": _("removed a kind of practice"),
    "partner.add": _("added a partner"),
    "partner.change": _("changed a partner"),
    "partner.add_office": _("added an office of a partner"),
    "partner.change_office": _("changed an office of a partner"),
    "partner.remove_office": _("removed an office of a partner"),
    "partner.add_contact": _("added a person at a partner"),
    "partner.change_contact": _("changed a person at a partner"),
    "partner.remove_contact": _("removed a person at a partner"),
    "branch.locate": _("said where a branch stands"),
    "customer.say_where": _("said where a customer is"),
    "customer.forget_where": _("took back where a customer is"),
    "customer.deactivate": _("took a customer off the list"),
    "customer.reactivate": _("put a customer back on the list"),
    "customer.note_interaction": _("noted a contact"),
    "customer.add_entry": _("added to a customer's file"),
    "customer.supersede_entry": _("replaced an entry of a file"),
    "customer.place": _("wrote down where customers stand"),
    "contact.add": _("added a contact person"),
    "contact.change": _("changed a contact person"),
    "contact.remove": _("removed a contact person"),
    "todo.open": _("opened a to-do"),
    "todo.finish": _("finished a to-do"),
    "todo.reopen": _("opened a to-do again"),
    "todo.postpone": _("postponed a to-do"),
    "todo.reassign": _("handed a to-do over"),
    "todo.drop": _("dropped a to-do"),
    "todo.sooner": _("moved a to-do forward"),
    "list.export": _("exported a list"),
    "customer.change_many": _("changed many customers at once"),
    "todo.change_many": _("changed many to-dos at once"),
    "project.move_many": _("moved many projects at once"),
    "tag.give": _("put a tag on many, or took it off"),
    "view.segment": _("began or ended counting a view"),
    "file.store": _("stored a file"),
    "file.download": _("downloaded a file"),
    "file.remove": _("removed a file"),
    "import.start": _("began an import"),
    "import.begin": _("began an import"),
    "import.match": _("matched columns"),
    "import.remember": _("remembered a matching"),
    "import.forget_mapping": _("forgot a matching"),
    "import.batch": _("imported rows"),
    "import.finish": _("finished an import"),
    "import.discard": _("discarded an import"),
    "import.undo_asked": _("asked to undo an import"),
    "import.undo_batch": _("undid imported rows"),
    "import.undo": _("undid an import"),
    "job.cancel": _("cancelled a job"),
    "job.retry": _("tried a job again"),
    "standing.assess": _("asked for an assessment"),
    "standing.assessed": _("assessed all customers"),
    "standing.rules.deliver": _("set up the first tier rules"),
    "standing.rules.draft": _("drafted tier rules"),
    "standing.rules.simulate": _("simulated tier rules"),
    "standing.rules.look": _("looked at who would move"),
    "standing.rules.apply": _("put tier rules into force"),
    "standing.rules.discard": _("discarded a draft of tier rules"),
}
FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "username": _("Sign-in name"),
    "email": _("E-mail"),
    "role": _("Role"),
    "sees": _("Sees"),
    "branch": _("Branch"),
    "owner": _("Owner"),
    "title": _("What to do"),
    "due_at": _("By when"),
    "from": pgettext_lazy("version of the rules", "Drafted from"),
    "parent": _("Belongs to"),
    "code": _("Code"),
    "zone": _("Time zone"),
    "holidays": _("Public holidays"),
    "is_active": _("Active"),
    "must_use_mfa": _("Second factor required"),
    "language": _("Language"),
    "theme": _("Colours"),
    "week": _("Opening times"),
    "currency": _("Reporting currency"),
    "simulated": _("Simulated"),
    "address": _("Address"),
    "purpose": _("Purpose"),
    "channel": _("Channel"),
    "how": _("How it was said"),
    "checked": _("How we know it is them"),
    "why": _("Why"),
    "days": _("Days"),
    "phone": _("Phone"),
    "plate": _("Plate"),
    "rows": _("Rows"),
    "field": _("Field"),
    "source": _("How we met"),
    "stage": _("Stage"),
    "customers": _("Customers"),
    "todos": _("To-dos"),
    "projects": _("Projects"),
    "segment": _("Counted every day"),
    "added": _("Added"),
    "changed": _("Changed"),
    "refused": _("Refused"),
}
PLACES = {name: place for place, name in enumerate(FIELDS)}
VALUES: dict[str, dict[str, str | Promise]] = {
    "role": dict(Role.choices),
    "sees": dict(Sees.choices),
    "purpose": dict(LookPurpose.choices),
    "language": {"zh-hans": "简体中文", "en": "English"},
    "theme": {"light": _("Light"), "dark": _("Dark"), "": _("As the device")},
}
EMPTY_PAIRS = (["", ""], [None, None], ["", None], [None, ""])
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
SURFACES: dict[str, str | Promise] = {
    "web": _("on a page"),
    "cli": _("by a command"),
    "job": _("in the background"),
    "system": _("by itself"),
    "portal": _("customer's page"),
}
PAGES = {"user": "staff:person", "branch": "staff:branch", "customer": "customers:customer", "order": "orders:order"}


@dataclass(frozen=True)
class Change:
    """One field, old and new; `single` where there is only one thing to say (a count, an address)."""

    label: str
    old: str
    new: str
    single: bool = False


@dataclass(frozen=True)
class Row:
    """One entry as a person reads it."""

    entry: Entry

    @property
    def action(self) -> str:
        return str(ACTIONS.get(self.entry.action, self.entry.action))

    @property
    def kind(self) -> str:
        return str(KINDS.get(self.entry.kind, self.entry.kind))

    @property
    def surface(self) -> str:
        return str(SURFACES.get(self.entry.surface, self.entry.surface))

    @property
    def who(self) -> str:
        return gettext("The system") if self.entry.actor_id is None and self.entry.actor_name == "system" else self.entry.actor_name

    @property
    def url(self) -> str:
        route = PAGES.get(self.entry.kind)
        if route is None or not self.entry.record_id.isdigit():
            return ""
        try:
            return reverse(route, args=[int(self.entry.record_id)])
        except NoReverseMatch:
            return ""

    @property
    def changes(self) -> list[Change]:
        """In the order of FIELDS: PostgreSQL does not keep the one they were written in."""
        given = sorted(self.entry.changes.items(), key=lambda pair: (PLACES.get(pair[0], len(PLACES)), pair[0]))
        return [_change(name, value) for name, value in given if value not in EMPTY_PAIRS]


def kinds() -> list[tuple[str, str]]:
    return sorted(((name, str(label)) for name, label in KINDS.items()), key=lambda pair: pair[1])


def actions() -> list[tuple[str, str]]:
    """Each once: two acts that are called alike are asked for together, as "import.begin,import.start"."""
    named: dict[str, list[str]] = {}
    for name, label in ACTIONS.items():
        named.setdefault(str(label), []).append(name)
    return [(",".join(names), label) for label, names in named.items()]


def _change(name: str, value: Any) -> Change:
    label = str(FIELDS.get(name, name))
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 -- a pair: old and new
        return Change(label, _readable(name, value[0]), _readable(name, value[1]), single=value[0] in ("", None))
    return Change(label, "", _readable(name, value), single=True)


def _readable(name: str, value: Any) -> str:  # noqa: PLR0911 -- one kind of value a line
    if isinstance(value, str) and value in VALUES.get(name, {}):
        return str(VALUES[name][value])
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value in ("", [], {}):
        return gettext("empty")
    if name == "field" and value in FIELDS:
        return str(FIELDS[value])
    if name == "due_at":
        return formats.datetime(datetime.fromisoformat(value))
    if name == "week" and isinstance(value, dict):
        return "；".join(f"{WEEKDAYS[int(day)]} {' '.join(hours)}" for day, hours in value.items())
    if value == "closed":
        return pgettext("opening times", "closed")
    if isinstance(value, dict):
        return ", ".join(f"{FIELDS.get(key, key)}: {_readable(key, inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return str(value)
