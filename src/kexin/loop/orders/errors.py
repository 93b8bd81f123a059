"""What can go wrong with orders and products.

KexinError
├── Refused
│   ├── ProductCodeTaken   another product already has this code
│   ├── AlreadyCancelled   the order was called off before
│   ├── OnlySalesCancelled a cancellation or a return cannot itself be called off
│   └── NotCancelled       there is nothing to take back
├── Invalid (each stands beside its field)
│   ├── CodeMissing · CostNegative · CostTooLarge · TextTooLong
│   ├── DeliveredBeforeOrdered · PromisedBeforeOrdered · CancelledBeforeOrdered · DayInFuture
│   └── DeliveredAlready   what was delivered is returned, not cancelled
└── Conflict
    └── EditedMeanwhile    another person saved this record first
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, Refused


class ProductCodeTaken(Refused):
    code = "product_code_taken"
    text = _("Another product already has the code %(value)s.")
    field = "code"


class AlreadyCancelled(Refused):
    code = "order_already_cancelled"
    text = _("Order %(number)s was already cancelled on %(day)s.")


class OnlySalesCancelled(Refused):
    code = "order_only_sales_cancelled"
    text = _("%(number)s is itself a cancellation or a return: it cannot be cancelled.")


class NotCancelled(Refused):
    code = "order_not_cancelled"
    text = _("Order %(number)s is not cancelled: there is nothing to take back.")


class CodeMissing(Invalid):
    code = "product_code_missing"
    text = _("A product needs a code.")
    field = "code"


class CostNegative(Invalid):
    code = "product_cost_negative"
    text = _("A unit cost cannot be negative.")
    field = "unit_cost"


class CostTooLarge(Invalid):
    code = "product_cost_too_large"
    text = _("A unit cost has at most 14 digits before the point and 4 behind it.")
    field = "unit_cost"


class TextTooLong(Invalid):
    code = "order_text_too_long"
    text = _("This is too long: at most %(limit)s characters.")


class DeliveredBeforeOrdered(Invalid):
    code = "order_delivered_before_ordered"
    text = _("It was ordered on %(day)s: it cannot have been delivered before.")
    field = "delivered_on"


class PromisedBeforeOrdered(Invalid):
    code = "order_promised_before_ordered"
    text = _("It was ordered on %(day)s: delivery cannot be promised for a day before.")
    field = "promised_on"


class CancelledBeforeOrdered(Invalid):
    code = "order_cancelled_before_ordered"
    text = _("It was ordered on %(day)s: it cannot have been cancelled before.")
    field = "cancelled_on"


class DayInFuture(Invalid):
    code = "order_day_in_future"
    text = _("This day has not come yet.")


class DeliveredAlready(Invalid):
    code = "order_delivered_already"
    text = _("It was delivered on %(day)s: record a return instead of a cancellation.")
    field = "cancelled_on"


class EditedMeanwhile(Conflict):
    code = "order_edited_meanwhile"
