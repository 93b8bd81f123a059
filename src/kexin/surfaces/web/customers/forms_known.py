"""Forms for what is known of a customer beside file entries: credit, projects, relations, what became of assets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kexin.ground.search import queries as search
from kexin.loop.customers import queries
from kexin.loop.customers.actions.credit import default_currency
from kexin.loop.customers.choices import AssetState, Outcome, RelationKind, Source
from kexin.loop.customers.models import Asset, Credit, Customer, Project, ProjectStage
from kexin.loop.customers.queries.projects import StageLine
from kexin.surfaces.web.customers.forms import VersionedForm, _day, _line


def _amount(label: Any, *, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        help_text=hint,
        max_digits=18,
        decimal_places=4,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _days(label: Any, *, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=36_500, help_text=hint)


class CreditForm(VersionedForm):
    limit = _amount(_("Credit limit"))
    payment_days = _days(_("Days to pay"), hint=_("0: cash on delivery"))
    rating = _line(_("Credit rating"), 10, hint=_("AA, B+ … as you or your agency write it"))
    overdue_amount = _amount(_("Overdue amount"))
    overdue_days = _days(_("Days overdue"), hint=_("Of the oldest open invoice"))
    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.DEALINGS)
    collected_on = _day(_("When we learnt it"), hint=_("Left empty: today"))
    currency = _line(_("Currency"), 3)
    purpose = _line(_("What it is kept for"), 60)
    note = _line(_("Note"), 300)

    folded = ("currency", "purpose", "note")

    @classmethod
    def about(cls, credit: Credit | None) -> dict[str, Any]:
        """What is known now stands in the form: who changes one thing need not type the others again."""
        if credit is None:
            return {"currency": default_currency()}
        names = ("limit", "payment_days", "rating", "overdue_amount", "overdue_days", "currency", "purpose", "note")
        said = {name: getattr(credit, name) for name in names}
        return said | {name: typed(said[name]) for name in ("limit", "overdue_amount")}


def typed(amount: Decimal | None) -> str:
    """An amount as somebody would type it: 500000, 12.5."""
    text = "" if amount is None else format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class OtherCustomerField(forms.CharField):
    """Another customer, typed as code, name, pinyin or the end of a phone number; exactly one that this person may see must fit."""

    user: Any = None

    def clean(self, value: Any) -> Customer | None:
        text = super().clean(value)
        if not text:
            return None
        seen = queries.customers_visible_to(self.user)
        exact = seen.filter(code__iexact=text).first()
        if exact is not None:
            return exact
        fitting = list(search.matching(seen, "customer", text).order_by("pk")[:6])
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise ValidationError(gettext("Nobody found. Type the customer's code or name."))
        raise ValidationError(
            gettext("Several fit: %(found)s. Type the code.") % {"found": ", ".join(f"{one.name} {one.code}" for one in fitting)}
        )


def _other(label: Any) -> OtherCustomerField:
    return OtherCustomerField(
        label=label, help_text=_("Code, name, pinyin or the end of a phone number"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ProjectForm(VersionedForm):
    name = _line(pgettext_lazy("project", "Name"), 120, required=True)
    amount = _amount(pgettext_lazy("project", "Amount"))
    starts_on = _day(_("Begins"))
    expected_on = _day(_("Decided by"), hint=_("When we expect to know"))
    currency = _line(_("Currency"), 3)
    note = _line(_("Note"), 300)

    folded: tuple[str, ...] = ("currency", "note")

    @classmethod
    def about(cls, project: Project) -> dict[str, Any]:
        names = ("name", "starts_on", "expected_on", "currency", "note", "version")
        return {**{name: getattr(project, name) for name in names}, "amount": typed(project.amount)}


class NewProjectForm(ProjectForm):
    stage = forms.ModelChoiceField(label=_("Stage"), queryset=ProjectStage.objects.none(), required=False, empty_label=_("the first"))
    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.DEALINGS)

    field_order = ("name", "stage", "amount", "expected_on")
    folded = ("starts_on", "currency", "source", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage: Any = self.fields["stage"]
        stage.queryset = ProjectStage.objects.filter(is_active=True).order_by("position", "pk")


class MoveForm(VersionedForm):
    stage = forms.ModelChoiceField(label=_("To which stage"), queryset=ProjectStage.objects.none())
    moved_on = _day(_("On"), hint=_("Left empty: today"))
    note = _line(pgettext_lazy("stage", "Why"), 200)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage: Any = self.fields["stage"]
        stage.queryset = ProjectStage.objects.filter(is_active=True).exclude(pk=project.stage_id).order_by("position", "pk")


class PlanForm(VersionedForm):
    """A day for each stage."""

    def __init__(self, *args: Any, lines: list[StageLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            field = _day(str(line.stage))
            field.initial = line.planned_on
            self.fields[f"stage_{line.stage.pk}"] = field

    @property
    def planned(self) -> dict[int, Any]:
        return {int(name.removeprefix("stage_")): value for name, value in self.values.items() if name.startswith("stage_")}


class StageForm(VersionedForm):
    name_zh = _line(_("Name in Chinese"), 40, required=True)
    name_en = _line(_("Name in English"), 40)
    outcome = forms.ChoiceField(label=_("A project here is"), choices=Outcome.choices)
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999, initial=10)
    is_active = forms.BooleanField(label=pgettext_lazy("stage", "In use"), required=False, initial=True)

    @classmethod
    def about(cls, stage: ProjectStage) -> dict[str, Any]:
        return {name: getattr(stage, name) for name in ("name_zh", "name_en", "outcome", "position", "is_active", "version")}


class RelationForm(VersionedForm):
    kind = forms.ChoiceField(label=_("The other one is their"), choices=RelationKind.choices)
    other = _other(_("Which customer"))
    since = _day(_("Since"))
    source = forms.ChoiceField(label=_("How we know"), choices=Source.choices, initial=Source.DEALINGS)
    note = _line(_("Note"), 120)

    folded = ("since", "source", "note")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.user = user


class EndRelationForm(VersionedForm):
    ended_on = _day(_("Ended on"), hint=_("Left empty: today"))


class AssetEndForm(VersionedForm):
    state = forms.ChoiceField(label=_("What became of it"))
    occurred_on = _day(_("On"), hint=_("Left empty: today"))
    note = _line(_("Note"), 200)

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = [(value, label) for value, label in AssetState.choices if value != asset.state]


class TransferForm(VersionedForm):
    to = _other(_("New owner of the asset"))
    occurred_on = _day(_("On"), hint=_("Left empty: today"))
    note = _line(_("Note"), 200)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.user = user
