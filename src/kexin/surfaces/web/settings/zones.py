"""Time zones people choose from: China first, then the world."""

from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

NEAR = (
    ("Asia/Shanghai", _("China (Beijing time)")),
    ("Asia/Urumqi", _("Xinjiang (Ürümqi time)")),
    ("Asia/Hong_Kong", _("Hong Kong")),
    ("Asia/Macau", _("Macau")),
    ("Asia/Taipei", _("Taipei")),
)
_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
ZONES = [*NEAR, *((name, name) for name in sorted(available_timezones() | {"UTC"}) if name.startswith(_REGIONS) or name == "UTC")]
