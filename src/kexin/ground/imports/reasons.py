"""Why a row is refused or a file is warned about: codes that are kept, sentences that are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise | str] = {
    "missing": _("%(field)s is empty"),
    "text_too_long": _("%(field)s is longer than %(limit)s characters"),
    "bad_date": _("%(field)s is not a date: %(value)s"),
    "date_ambiguous": _("%(field)s may be day first or month first: %(value)s"),
    "bad_number": _("%(field)s is not a number: %(value)s"),
    "ends_before_it_begins": _("the agreement ends before it begins"),
    "coordinates_swapped": _("latitude and longitude are the wrong way round: %(value)s is not in China, the other way round it is"),
    "coordinates_out_of_range": _("%(value)s is on no map: latitude goes from −90 to 90, longitude from −180 to 180"),
    "coordinates_nowhere": _("0, 0 is no place: leave the cells empty where it is not known"),
    "coordinates_system_unknown": _("unknown coordinate system: %(value)s"),
    "number_too_large": _("%(field)s is too large: %(value)s"),
    "bad_phone": _("%(field)s is not a phone number: %(value)s"),
    "bad_email": _("%(field)s is not an e-mail address: %(value)s"),
    "bad_wecom": _("%(field)s is not a WeCom id: %(value)s"),
    "bad_tax_number": _("%(field)s has a wrong check digit: %(value)s"),
    "bad_choice": _("%(field)s is not one of the known words: %(value)s"),
    "bad_currency": _("%(field)s is not a currency: %(value)s"),
    "bad_birthday": _("%(field)s is not a day of the year: %(value)s"),
    "negative": _("%(field)s is negative: %(value)s"),
    "too_many_cells": _("The row has more cells than there are headings"),
    "branch_unknown": _("There is no branch called %(value)s"),
    "owner_unknown": _("There is no member of staff called %(value)s"),
    "owner_ambiguous": _("Several members of staff are called %(value)s"),
    "customer_unknown": _("There is no customer with the code %(value)s"),
    "customer_ambiguous": _("Several customers fit: %(value)s"),
    "customer_conflict": _("The rows of order %(number)s name different customers: %(value)s"),
    "name_differs": _("Code %(code)s stands for %(name)s further up, and this row names %(value)s"),
    "currency_conflict": _("The rows of order %(number)s are in different currencies: %(value)s"),
    "kind_conflict": _("The rows of order %(number)s are of different kinds: %(value)s"),
    "line_twice": _("Line %(line)s stands twice in order %(number)s"),
    "undoes_unknown": _("There is no order %(value)s that this one could undo"),
    "delivered_before": _("%(field)s is before the day of the order: %(value)s"),
    "merged": _("Customer %(code)s was merged into another file; it is not changed any more"),
    "erased": _("The person of customer %(code)s was erased and is not taken in again"),
    "in_future": _("%(field)s lies ahead: %(value)s"),
    "consent_unproven": _("Consent is given without its proof: the words that were said or signed are missing"),
    "purpose_unused": _("The purpose %(value)s is no longer in use: consent to it can only be taken back"),
    "relation_to_itself": _("A customer has no relation to itself: %(value)s"),
    "relation_above_there": _("There is another one already, and only one can be: %(value)s"),
    "relation_circle": _("Customer %(value)s hangs below this one already: that would be a circle"),
}

WARNINGS: dict[str, Promise | str] = {
    "without_customer": _("%(rows)s rows have no customer. They are kept and counted, but belong to nobody."),
    "customers_created": _("%(count)s customers were not known by their code and are created, with the source “import”."),
    "currency_assumed": _("The file names no currency: %(currency)s is assumed."),
    "currency_other": _(
        "%(orders)s orders are not in the company's currency %(currency)s. They are kept, but never summed with the others."
    ),
    "blank_rows": _("%(rows)s rows are empty and were passed over."),
    "columns_unused": _("These columns are not imported: %(columns)s."),
    "date_order": _("Dates such as %(example)s are read as %(order)s."),
    "sheets_unused": _("Only the sheet %(sheet)s is read; the workbook has others: %(sheets)s."),
    "fields_gone": _("A field of this file was removed, or is for others to fill: it was passed over in %(rows)s rows."),
    "order_changed_kind": _("%(orders)s orders changed their kind."),
}


def sentence(code: str, data: Mapping[str, Any]) -> str:
    """A reason or warning in the language of whoever reads it now. A code of a newer version is shown as it is."""
    text = REASONS.get(code) or WARNINGS.get(code)
    if text is None:
        return code
    try:
        return str(text) % {name: str(value) for name, value in data.items()}
    except KeyError:
        return str(text)
