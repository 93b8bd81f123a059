"""One sample record for each kind that a page's address names (`<int:customer_id>` is the kind "customer").

The permission matrix (tests/architecture/test_permission_matrix.py) makes one of each in the person's own branch and one
in another branch, and asks for every page about both. Add your kind here: a function of (branch, owner) that returns what
stands in the address. Keep the imports inside: this file is read before Django's models of your room may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kexin.ground.staff.models import Branch, User

SAMPLES: dict[str, Callable[[Branch, User], Any]] = {}

# Who sees a record of a kind. "branch", unless said here: as the person's own setting says (own, branch and below, all).
SCOPES: dict[str, str] = {
    "user": "company",  # whoever has the permission sees all of them
    "branch": "company",
    "stage": "company",
    "tier_rule": "company",
    "checklist": "company",
    "version": "company",
    "question": "company",
    "terms": "company",
    "proposition": "company",
    "stay": "pool",
    "cover": "cover",
    "purpose": "company",
    "practice_kind": "company",
    "partner": "company",
    "office": "company",
    "partner_contact": "company",
    "erasure": "company",
    "field": "company",
    "product": "company",
    "run": "company",
    "rules": "company",
    "job": "owner or administrator",
    "file": "owner or administrator",
    "export": "owner or administrator",
    "token": "owner or administrator",
    "view": "owner",
    "edit": "owner or administrator",
    "segment": "owner",
    "import": "owner or sees all",
    "hook": "company",
    "delivery": "company",
}

# What stands in an address beside records: any value that makes the address well-formed.
VALUES: dict[str, Any] = {
    "deed": "unlock",
    "listing": "customers",
    "kept": "imports.files",
    "field": "address",
    "link_token": "nothing",
    "uidb36": "1",
    "key": "nothing",
}

# Pages that answer "not there" or "forbidden" to somebody who may call them, until there is something to show, and why.
SOMETIMES_MISSING: dict[str, str] = {
    "mfa_view_recovery_codes": "there are none until a second factor is set up",
    "mfa_generate_recovery_codes": "the same",
    "mfa_download_recovery_codes": "the same",
    "mfa_deactivate_totp": "the same",
    "mfa_reauthenticate": "the same",
    "lists:bulk": "each list asks for its own permission, and for one more where a bulk action needs it",
    "lists:export": "the same",
    "lists:edit": "the same",
    "lists:undo_edit": "the field that was changed asks for its own permission",
    "lists:columns": "the same",
}


def sample(kind: str) -> Callable[[Callable[[Branch, User], Any]], Callable[[Branch, User], Any]]:
    def add(make: Callable[[Branch, User], Any]) -> Callable[[Branch, User], Any]:
        SAMPLES[kind] = make
        return make

    return add


@sample("branch")
def _branch(branch: Branch, owner: User) -> int:
    return branch.pk


@sample("user")
def _user(branch: Branch, owner: User) -> int:
    return owner.pk


@sample("customer")
def _customer(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import ContactPoint  # noqa: PLC0415 -- see above
    from tests.factories.customers import make_customer  # noqa: PLC0415 -- see above

    pk = make_customer(branch=branch, owner=owner).pk
    ContactPoint.objects.create(customer_id=pk, kind="phone", value="13900139000", key="13900139000")
    return pk


@sample("pair")
def _pair(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import DuplicatePair  # noqa: PLC0415 -- see above

    one, other = sorted((_customer(branch, owner), _customer(branch, owner)))
    return DuplicatePair.objects.create(smaller_id=one, larger_id=other, score=90, reasons="phone").pk


@sample("merge")
def _merge(branch: Branch, owner: User) -> int:
    from kexin.loop.customers import actions  # noqa: PLC0415 -- see above

    one, other = _customer(branch, owner), _customer(branch, owner)
    return actions.merge_customers(survivor_id=one, merged_id=other, by=owner.actor).pk


@sample("segment")
def _segment(branch: Branch, owner: User) -> int:
    from kexin.ground.lists.models import SavedView  # noqa: PLC0415 -- see above

    return SavedView.objects.create(listing="customers", name="Segment", owner_id=owner.pk, is_segment=True).pk


@sample("edit")
def _edit(branch: Branch, owner: User) -> Any:
    from kexin.ground.lists.models import BulkEdit  # noqa: PLC0415 -- see above

    return BulkEdit.objects.create(
        listing="customers", field="owner", slot="owner", value=None, user_id=owner.pk, by_name=str(owner), state="done"
    ).public_id


@sample("todo")
def _todo(branch: Branch, owner: User) -> int:
    from tests.factories.todo import make_todo  # noqa: PLC0415 -- see above

    return make_todo(branch=branch, owner=owner).pk


@sample("order")
def _order(branch: Branch, owner: User) -> int:
    from tests.factories.customers import make_customer  # noqa: PLC0415 -- see above
    from tests.factories.orders import make_order  # noqa: PLC0415 -- see above

    return make_order(branch=branch, customer=make_customer(branch=branch, owner=owner)).pk


@sample("product")
def _product(branch: Branch, owner: User) -> int:
    from tests.factories.orders import make_product  # noqa: PLC0415 -- see above

    return make_product().pk


@sample("run")
def _run(branch: Branch, owner: User) -> int:
    from tests.factories.standing import make_run  # noqa: PLC0415 -- see above

    return make_run(state="failed").pk


@sample("rules")
def _rules(branch: Branch, owner: User) -> int:
    from tests.factories.standing import make_rules  # noqa: PLC0415 -- see above

    return make_rules(state="retired").pk


@sample("move")
def _move(branch: Branch, owner: User) -> int:
    from tests.factories.customers import make_customer  # noqa: PLC0415 -- see above
    from tests.factories.standing import make_move  # noqa: PLC0415 -- see above

    return make_move(customer=make_customer(branch=branch, owner=owner)).pk


@sample("contact")
def _contact(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import Contact  # noqa: PLC0415 -- see above

    return Contact.objects.create(customer_id=_customer(branch, owner), name="郭先生").pk


@sample("point")
def _point(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import ContactPoint  # noqa: PLC0415 -- see above

    pk = _customer(branch, owner)
    return ContactPoint.objects.create(customer_id=pk, kind="phone", value="13800138000", key="13800138000").pk


@sample("entry")
def _entry(branch: Branch, owner: User) -> int:
    import datetime as dt  # noqa: PLC0415 -- see above

    from kexin.loop.customers.models import FileEntry  # noqa: PLC0415 -- see above

    pk = _customer(branch, owner)
    return FileEntry.objects.create(customer_id=pk, topic="note", value="x", source="dealings", collected_on=dt.date(2026, 1, 1)).pk


@sample("asset")
def _asset(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import Asset  # noqa: PLC0415 -- see above

    return Asset.objects.create(customer_id=_customer(branch, owner), name="云岫 S5").pk


@sample("project")
def _project(branch: Branch, owner: User) -> int:
    from kexin.loop.customers import actions  # noqa: PLC0415 -- see above

    return actions.start_project(customer_id=_customer(branch, owner), name="二期展厅", by=owner.actor).pk


@sample("stage")
def _stage(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import ProjectStage  # noqa: PLC0415 -- see above

    return ProjectStage.objects.create(name_zh="样车试驾", position=3).pk


@sample("field")
def _field(branch: Branch, owner: User) -> int:
    from kexin.loop.customers import actions  # noqa: PLC0415 -- see above

    return actions.define_field(kind="text", label_zh="合同号", by=owner.actor).pk


@sample("relation")
def _relation(branch: Branch, owner: User) -> int:
    from kexin.loop.customers import actions  # noqa: PLC0415 -- see above

    one, other = _customer(branch, owner), _customer(branch, owner)
    return actions.add_relation(customer_id=one, kind="partner", other_id=other, by=owner.actor).pk


@sample("occasion")
def _occasion(branch: Branch, owner: User) -> int:
    from kexin.loop.customers.models import Occasion  # noqa: PLC0415 -- see above

    return Occasion.objects.create(customer_id=_customer(branch, owner), label="生日", month=9, day=9).pk


@sample("job")
def _job(branch: Branch, owner: User) -> Any:
    from kexin.ground.jobs import actions  # noqa: PLC0415 -- see above

    return actions.start(kind="jobs.clean", by=owner.actor).public_id


@sample("export")
def _export(branch: Branch, owner: User) -> Any:
    from kexin.ground.jobs import actions  # noqa: PLC0415 -- see above

    arguments = {"listing": "customers", "query": "", "ending": "csv", "user": owner.pk}
    return actions.start(kind="lists.export", arguments=arguments, by=owner.actor).public_id


@sample("token")
def _token(branch: Branch, owner: User) -> int:
    from kexin.ground.tokens.models import Token  # noqa: PLC0415 -- see above
    from tests.factories.tokens import make_token  # noqa: PLC0415 -- see above

    return Token.objects.get(public=make_token(owner)[3:13]).pk


@sample("file")
def _file(branch: Branch, owner: User) -> Any:
    import io  # noqa: PLC0415 -- see above

    from kexin.ground.files import actions  # noqa: PLC0415 -- see above

    return actions.store(content=io.BytesIO(b"code,name\n"), name="list.csv", purpose="export", by=owner.actor).public_id


@sample("import")
def _import(branch: Branch, owner: User) -> int:
    from tests.factories.imports import make_import  # noqa: PLC0415 -- see above

    return make_import(created_by=owner.pk).pk


@sample("view")
def _view(branch: Branch, owner: User) -> int:
    from kexin.ground.lists.models import SavedView  # noqa: PLC0415 -- see above

    return SavedView.objects.create(owner_id=owner.pk, listing="customers", name=f"视图{SavedView.objects.count()}").pk


@sample("purpose")
def _purpose(branch: Branch, owner: User) -> int:
    from kexin.loop.privacy.models import Purpose  # noqa: PLC0415 -- see above

    return Purpose.objects.get_or_create(code="sample", defaults={"name_zh": "样例"})[0].pk


@sample("erasure")
def _erasure(branch: Branch, owner: User) -> int:
    import uuid  # noqa: PLC0415 -- see above

    from django.utils import timezone  # noqa: PLC0415 -- see above

    from kexin.loop.privacy.models import Erasure  # noqa: PLC0415 -- see above

    number = Erasure.objects.count() + 1
    return Erasure.objects.create(
        number=f"E-2026-{90_000 + number}",
        customer_id=900_000 + number,
        public_id=uuid.uuid4(),
        code=f"X-{number}",
        ground="asked",
        checked="document",
        erased_at=timezone.now(),
        erased_name="x",
    ).pk


@sample("stay")
def _stay(branch: Branch, owner: User) -> int:
    from kexin.loop.pool import actions  # noqa: PLC0415 -- see above
    from tests.factories.staff import make_user  # noqa: PLC0415 -- see above

    return actions.release(customer_id=_customer(branch, make_user(branch=branch)), reason="转岗", by=owner.actor).pk


@sample("tier_rule")
def _tier_rule(branch: Branch, owner: User) -> int:
    from kexin.loop.pool.models import TierRule  # noqa: PLC0415 -- see above

    return TierRule.objects.get_or_create(tier="B")[0].pk


@sample("member")
def _member(branch: Branch, owner: User) -> int:
    from kexin.loop.customers import actions  # noqa: PLC0415 -- see above
    from tests.factories.staff import make_user  # noqa: PLC0415 -- see above

    return actions.join_team(customer_id=_customer(branch, owner), person=make_user(branch=branch), role="sales", by=owner.actor).pk


@sample("cover")
def _cover(branch: Branch, owner: User) -> int:
    import datetime as dt  # noqa: PLC0415 -- see above

    from kexin.ground.staff.models import Cover  # noqa: PLC0415 -- see above
    from tests.factories.staff import make_user  # noqa: PLC0415 -- see above

    day = dt.date.today() + dt.timedelta(days=400)  # noqa: DTZ011 -- a day that changes nobody's view
    return Cover.objects.create(absent=owner, deputy=make_user(branch=branch), first_day=day, last_day=day).pk


@sample("hook")
def _hook(branch: Branch, owner: User) -> int:
    from tests.factories.hooks import make_hook  # noqa: PLC0415 -- see above

    return make_hook().pk


@sample("delivery")
def _delivery(branch: Branch, owner: User) -> int:
    from django.utils import timezone  # noqa: PLC0415 -- see above

    from kexin.ground.hooks import actions  # noqa: PLC0415 -- see above
    from tests.factories.hooks import make_hook  # noqa: PLC0415 -- see above

    return actions.send_test(hook_id=make_hook().pk, by=owner.actor, now=timezone.now()).pk


@sample("checklist")
def _checklist(branch: Branch, owner: User) -> int:
    from kexin.loop.choosing import actions  # noqa: PLC0415 -- see above

    return actions.save_checklist(fields={"name_zh": "经销商", "position": 5}, by=owner.actor).pk


@sample("version")
def _version(branch: Branch, owner: User) -> int:
    from kexin.loop.choosing.models import Version  # noqa: PLC0415 -- see above

    return Version.objects.get(checklist=_checklist(branch, owner)).pk


@sample("question")
def _question(branch: Branch, owner: User) -> int:
    from kexin.loop.choosing.models import Question  # noqa: PLC0415 -- see above

    return Question.objects.create(name_zh="勤快吗", choices=[["yes", "是", "Yes"], ["no", "否", "No"]]).pk


@sample("terms")
def _terms(branch: Branch, owner: User) -> int:
    from kexin.loop.choosing.models import TermSet  # noqa: PLC0415 -- see above

    return TermSet.objects.create(name_zh="现款条款", conditions=[["payment_days", "<=", 0.0]]).pk


@sample("grant")
def _grant(branch: Branch, owner: User) -> int:
    from kexin.loop.choosing import actions  # noqa: PLC0415 -- see above

    return actions.ask(customer_id=_customer(branch, owner), terms_id=_terms(branch, owner), by=owner.actor).pk


@sample("proposition")
def _proposition(branch: Branch, owner: User) -> int:
    from kexin.loop.choosing.models import Proposition  # noqa: PLC0415 -- see above

    number = 900_000 + Proposition.objects.count()
    return Proposition.objects.create(sentence_zh="当天到货", kind="key", segment_id=number).pk


@sample("incident")
def _incident(branch: Branch, owner: User) -> int:
    from django.utils import timezone  # noqa: PLC0415 -- see above

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- see above
    from kexin.loop.partners import actions  # noqa: PLC0415 -- see above

    by, today = Actor.system("test"), timezone.localdate()
    made = actions.report_practice(
        customer_id=_customer(branch, owner), kind_id=_practice_kind(branch, owner), what="-", happened_on=today, by=by
    )
    actions.examine(incident_id=made.pk, by=by)
    actions.hear(incident_id=made.pk, is_silent=True, by=by)
    actions.confirm(incident_id=made.pk, finding="-", by=by)
    return made.pk


@sample("practice_kind")
def _practice_kind(branch: Branch, owner: User) -> int:
    from kexin.loop.partners.models import PracticeKind  # noqa: PLC0415 -- see above

    number = PracticeKind.objects.count()
    answers = {"first": "talk", "second": "talk", "third": "talk"}
    return PracticeKind.objects.create(name_zh=f"违规{number}", name_en=f"Practice {number}", **answers).pk


@sample("partner")
def _partner(branch: Branch, owner: User) -> int:
    from kexin.loop.partners.models import Partner  # noqa: PLC0415 -- see above

    return Partner.objects.create(code=f"Z-{Partner.objects.count()}", name="Partner").pk


@sample("office")
def _office(branch: Branch, owner: User) -> int:
    from kexin.loop.partners.models import Office  # noqa: PLC0415 -- see above

    return Office.objects.create(partner_id=_partner(branch, owner), name="Office").pk


@sample("partner_contact")
def _partner_contact(branch: Branch, owner: User) -> int:
    from kexin.loop.partners.models import PartnerContact  # noqa: PLC0415 -- see above

    return PartnerContact.objects.create(partner_id=_partner(branch, owner), name="Contact").pk
