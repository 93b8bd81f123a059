"""What can be wrong when people, branches and calendars are kept.

KexinError
└── StaffError
    ├── NameTaken, MailTaken, CodeTaken     somebody or something else has it already
    ├── WeakPassword                        the password rules, each in a sentence
    ├── LinkUnusable                        used, replaced, expired or forged
    ├── LastAdministrator                   nobody would be left who can let people in
    ├── IntegrationNameMissing, IntegrationsDoNotSignIn
    ├── BranchBelowItself, BranchInUse      the tree would break
    ├── UnknownZone, UnknownHolidays, UnknownCurrency
    ├── CoverOfOneself, CoverDays, CoverTwice, DeputyAway, StandsIn, DeputyUnknown, CoverEnded
    └── SlotsOverlap, SlotOrder             opening times that contradict themselves
Invalid
└── CoordinatesUnreadable, CoordinatesOutOfRange, CoordinatesSwapped, CoordinatesNowhere, UnknownSystem
                                            where a branch, a customer or an office is said to be
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Invalid, Refused


class StaffError(Refused):
    """Something about people, branches or calendars cannot be done."""

    code = "staff_error"


class NameTaken(StaffError):
    code = "username_taken"
    text = _("Somebody already signs in as “%(username)s”.")
    field = "username"


class NameUnusable(StaffError):
    code = "username_unusable"
    text = _("A sign-in name has letters, digits and . _ - @ + only.")
    field = "username"


class IntegrationNameMissing(StaffError):
    code = "integration_name_missing"
    text = _("Say which program this is.")
    field = "name"


class IntegrationsDoNotSignIn(StaffError):
    code = "integrations_do_not_sign_in"
    text = _("%(name)s is a program: it has tokens, and neither a password nor a link.")


class MailTaken(StaffError):
    code = "email_taken"
    text = _("Somebody already signs in with this e-mail address.")
    field = "email"


class CodeTaken(StaffError):
    code = "branch_code_taken"
    text = _("Another branch has the code “%(code)s”.")
    field = "code"


class WeakPassword(StaffError):
    code = "weak_password"
    text = _("This password cannot be used: %(reasons)s")
    field = "password"


class LinkUnusable(StaffError):
    code = "link_unusable"
    text = _("This link was used already, replaced by a newer one, or is too old. Ask an administrator for a new one.")
    status = 410


class LastAdministrator(StaffError):
    code = "last_administrator"
    text = _("This is the last administrator who can sign in. Make somebody else an administrator first.")


class BranchBelowItself(StaffError):
    code = "branch_below_itself"
    text = _("A branch cannot stand below itself.")
    field = "parent"


class BranchInUse(StaffError):
    code = "branch_in_use"
    text = _("%(people)s people and %(branches)s branches still belong to this branch. Move them first.")


class BranchClosed(StaffError):
    code = "branch_closed"
    text = _("The branch above is closed. Open it first.")
    field = "parent"


class UnknownZone(StaffError):
    code = "unknown_zone"
    text = _("There is no time zone “%(zone)s”.")
    field = "zone"


class UnknownHolidays(StaffError):
    code = "unknown_holidays"
    text = _("The public holidays of “%(country)s” are not known.")
    field = "holidays"


class UnknownCurrency(StaffError):
    code = "unknown_currency"
    text = _("“%(currency)s” is not a currency code. Write three letters, such as CNY.")
    field = "currency"


class CurrencyInUse(StaffError):
    code = "currency_in_use"
    text = _("Amounts are already summed in %(currency)s. Load the orders in the other currency into an installation of its own.")
    field = "currency"


class SlotOrder(StaffError):
    code = "slot_order"
    text = _("A branch closes later than it opens: %(opens)s–%(closes)s is not possible.")


class SlotsOverlap(StaffError):
    code = "slots_overlap"
    text = _("Two opening times of one day overlap: %(first)s and %(second)s.")


class CoverOfOneself(StaffError):
    code = "cover_of_oneself"
    text = _("Somebody else must stand in. Choose a colleague.")
    field = "deputy"


class CoverDays(StaffError):
    code = "cover_days"
    text = _("The last day lies before the first, before today, or more than a year ahead.")
    field = "last_day"


class CoverTwice(StaffError):
    code = "cover_twice"
    text = _("%(deputy)s already stands in from %(first)s to %(last)s. Call that off first, or choose other days.")
    field = "first_day"


class DeputyAway(StaffError):
    code = "deputy_away"
    text = _("%(deputy)s is away from %(first)s to %(last)s. Choose somebody who is here.")
    field = "deputy"


class StandsIn(StaffError):
    code = "stands_in"
    text = _("%(absent)s stands in for %(other)s from %(first)s to %(last)s. Somebody else must do that first.")
    field = "first_day"


class DeputyUnknown(StaffError):
    code = "deputy_unknown"
    text = _("This person does not work here any more, or their role may not change customer files. Choose somebody else.")
    field = "deputy"


class CoverEnded(StaffError):
    code = "cover_ended"
    text = _("This cover has ended already.")


class CoordinatesUnreadable(Invalid):
    code = "coordinates_unreadable"
    text = _("“%(value)s” is no pair of coordinates. Write latitude and longitude as numbers with a comma between: 31.23, 121.47")
    field = "coordinates"


class CoordinatesOutOfRange(Invalid):
    code = "coordinates_out_of_range"
    text = _("Latitude goes from −90 to 90 and longitude from −180 to 180; %(value)s is on no map.")
    field = "coordinates"


class CoordinatesSwapped(Invalid):
    code = "coordinates_swapped"
    text = _("Latitude and longitude are the wrong way round: %(value)s is not in China, the other way round it is. Latitude comes first.")
    field = "coordinates"


class CoordinatesNowhere(Invalid):
    code = "coordinates_nowhere"
    text = _("0, 0 is in the sea off Africa. Leave the field empty where the place is not known.")
    field = "coordinates"


class UnknownSystem(Invalid):
    code = "coordinates_system_unknown"
    text = _("“%(value)s” is no coordinate system known here: wgs84, gcj02 or bd09.")
    field = "system"
