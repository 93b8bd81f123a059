"""Distance in the list of customers: sorted and asked for by an index, and never a number without how it was got."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.lists.listing import Column, DefaultView, Filter
from kexin.loop.customers import queries
from kexin.loop.customers.choices import Exactness
from kexin.loop.customers.rules.distances import Distance


def kilometres(row: Any) -> float | None:
    """Whole kilometres from ten on: more is not known of anybody."""
    distance: Distance = row.distance
    if distance.km is None:
        return None
    return round(distance.km) if distance.km >= 10 else round(distance.km, 1)  # noqa: PLR2004 -- see above


def how(row: Any) -> str:
    return words(row.distance)


def words(distance: Distance) -> str:
    """How a distance was got: nothing where it is exact, else from which area's middle, and how large that is."""
    if not distance.is_about:
        return ""
    return _("about, ± %(km)s km, %(how)s") % {"km": round(distance.within_km), "how": Exactness(distance.exactness).label}


COLUMNS = (
    Column("distance", gettext_lazy("Distance from the branch, km"), kilometres, format="number", order="whereabouts__distance_km",
           tie="whereabouts__pk", default=False, note=how, fetch=queries.distances_of_rows),
    Column("distance_how", gettext_lazy("How the distance was got"), how, default=False, fetch=queries.distances_of_rows),
)  # fmt: skip
FILTERS = (
    Filter("distance", gettext_lazy("Distance from the branch, km"), "number", path="whereabouts__distance_km", unit=gettext_lazy("km")),
    Filter("placed", pgettext_lazy("customers", "Where they are"), "choice", path="whereabouts__exactness", choices=Exactness.choices),
)
VIEWS = (DefaultView(gettext_lazy("Farther than 150 km"), "distance_min=150&cols=name,distance,tier,net,last_order,owner&sort=-distance"),)
