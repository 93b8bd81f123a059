"""The pool: who goes and who is protected, warned first; who may claim, and who is told what when somebody was quicker."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict, Invalid, KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Announcement
from kexin.ground.lists import reading
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch, User
from kexin.loop.customers import actions as customers
from kexin.loop.customers import errors as customer_errors
from kexin.loop.customers import parts
from kexin.loop.customers.models import ContactPoint, Customer, Place
from kexin.loop.pool import actions, errors, queries, rules
from kexin.loop.pool.choices import Protection
from kexin.loop.pool.listing import POOL
from kexin.loop.pool.models import Hold, Policy, Stay, TierRule, Warned
from kexin.loop.todo.models import ToDo

BY = Actor.system("cli")
pytestmark = pytest.mark.django_db


def ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


@pytest.fixture
def branch() -> Branch:
    return make_branch()


@pytest.fixture
def owner(branch: Branch) -> User:
    return make_user(branch=branch)


def switch_on(tier: str = "", contact: int | None = 30, order: int | None = None, **policy: Any) -> None:
    TierRule.objects.update_or_create(tier=tier, defaults={"no_contact_days": contact, "no_order_days": order, "is_on": True})
    Policy.objects.update_or_create(pk=1, defaults=policy)


def forgotten(owner: User, *, days: int = 100, tier: str = "", **fields: Any) -> Customer:
    customer = make_customer(owner=owner, branch=owner.branch, created_at=ago(500), last_contact_at=ago(days), **fields)
    if tier:
        Place.objects.create(customer=customer, tier=tier, customer_class="general")
    return customer


def pooled(owner: User, **fields: Any) -> Stay:
    customer = make_customer(owner=owner, branch=owner.branch, **fields)
    return actions.release(customer_id=customer.pk, reason="转岗", by=BY)


def night() -> dict[str, int]:
    job = jobs.start(kind="pool.release", by=BY, here=True)
    ended = jobs.run_here(job.pk)
    assert ended.state == "done", ended.error
    return dict(ended.result)


def test_the_owner_is_warned_for_the_full_time_before_a_customer_goes(owner: User) -> None:
    switch_on(warn_days=7)
    customer = forgotten(owner)

    assert night() == {"released": 0, "warned": 1, "calmed": 0}
    assert night() == {"released": 0, "warned": 0, "calmed": 0}
    told = ToDo.objects.get()
    assert (told.owner, told.customer, told.cause) == (owner, customer, "pool:warned")
    assert (timezone.localdate() + dt.timedelta(days=7)).isoformat() in told.title
    Warned.objects.update(on=timezone.localdate() - dt.timedelta(days=7))
    assert night() == {"released": 1, "warned": 0, "calmed": 0}

    customer.refresh_from_db()
    assert (customer.owner, customer.pooled_at is not None) == (None, True)
    stay = Stay.objects.get()
    assert (stay.cause, stay.previous_owner, stay.branch) == ("no_contact", owner, owner.branch)
    told.refresh_from_db()
    assert told.state == "dropped"
    assert Announcement.objects.filter(name="customers.released").count() == 1
    shown = parts.named("pool").timeline(customer, None, 5, owner)  # type: ignore[misc]  # it has one
    assert [item.kind for item in shown] == ["pool"]


def test_a_call_takes_the_warning_back(owner: User) -> None:
    switch_on(warn_days=7)
    customer = forgotten(owner)
    night()

    customers.note_interaction(customer_id=customer.pk, kind="call", text="聊了近况", by=owner.actor)
    assert night() == {"released": 0, "warned": 0, "calmed": 1}

    assert not Warned.objects.exists()
    assert ToDo.objects.get().state == "dropped"


def test_nothing_goes_while_every_rule_is_off(owner: User) -> None:
    forgotten(owner)
    assert night() == {"released": 0, "warned": 0, "calmed": 0}
    assert list(queries.preview(today=timezone.localdate())) == []


@pytest.mark.parametrize("protection", list(Protection))
def test_what_protects(protection: Protection, owner: User) -> None:
    switch_on("B", contact=30, warn_days=0, protect_assigned_days=60)
    customer = forgotten(owner, tier="B")
    today = timezone.localdate()
    if protection == Protection.HELD:
        actions.hold(customer_id=customer.pk, until=today + dt.timedelta(days=3), reason="谈判中", by=BY)
    elif protection == Protection.KEY:
        Place.objects.update(customer_class="key")
    elif protection == Protection.ASSIGNED:
        customers.hand_over(customer_id=customer.pk, owner=make_user(branch=owner.branch), by=BY)
        customer.refresh_from_db()
        from kexin.loop.customers.models import HandOver  # noqa: PLC0415 -- only here

        HandOver.objects.update(occurred_at=ago(40))
    elif protection == Protection.ORDER:
        make_order(customer=customer, on=today - dt.timedelta(days=200), promised_on=today + dt.timedelta(days=5))
    else:
        customers.start_project(customer_id=customer.pk, name="二期展厅", by=BY)
        Customer.objects.update(last_contact_at=ago(100))

    verdict = next(iter(queries.preview(today=today)))
    assert verdict.protected == (protection.value,)
    assert night()["released"] == 0


def test_an_order_is_contact_too_and_too_long_without_one_counts_by_itself(owner: User) -> None:
    today = timezone.localdate()
    switch_on("C", contact=30, order=90, warn_days=0)
    fresh = forgotten(owner, tier="C")
    make_order(customer=fresh, on=today - dt.timedelta(days=10))
    talked = forgotten(owner, tier="C", days=1)
    make_order(customer=talked, on=today - dt.timedelta(days=120))

    assert [(one.customer, one.due.cause) for one in queries.preview(today=today)] == [(talked, "no_order")]


@given(
    mine=st.dates(dt.date(2024, 1, 1), dt.date(2026, 1, 1)),
    contact=st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2026, 1, 1)),
    order=st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2026, 1, 1)),
    days=st.tuples(st.none() | st.integers(1, 500), st.none() | st.integers(1, 500)),
    later=st.integers(0, 300),
)
def test_laws_of_being_due(mine: dt.date, contact: dt.date | None, order: dt.date | None, days: Any, later: int) -> None:
    """Never before the owner had the whole time; more contact never hurts; longer days never bring it forward."""
    terms, known = rules.Terms(*days), rules.Known(mine, contact, order)
    due = rules.due(terms, known)
    if due is None:
        assert days == (None, None)
        return
    shortest = min(one for one in days if one is not None)
    assert due.on >= mine + dt.timedelta(days=shortest)
    talked = rules.due(terms, rules.Known(mine, (contact or mine) + dt.timedelta(days=later), order))
    assert talked is not None
    assert talked.on >= due.on
    longer = rules.due(rules.Terms(*(None if one is None else one + later for one in days)), known)
    assert longer is not None
    assert longer.on >= due.on
    assert rules.goes_on(due.on, warned_on=None, today=mine, warn_days=later) >= mine + dt.timedelta(days=later)


def test_a_claim_takes_the_customer_with_its_history(owner: User) -> None:
    stay, colleague = pooled(owner), make_user(branch=owner.branch, sees=Sees.OWN)
    point = ContactPoint.objects.create(customer=stay.customer, kind="phone", value="13800138000", key="13800138000")
    assert list(queries.stays_visible_to(colleague)) == [stay]
    with pytest.raises(customer_errors.InPool):
        customers.reveal_point(point_id=point.pk, by=colleague.actor)

    actions.claim(stay_id=stay.pk, person=colleague)
    jobs.deliver_announcements()

    stay.refresh_from_db()
    assert (stay.ending, stay.taken_by) == ("claimed", colleague)
    customer = Customer.objects.get()
    assert (customer.owner, customer.pooled_at) == (colleague, None)
    assert customers.reveal_point(point_id=point.pk, by=colleague.actor) == "13800138000"
    assert Announcement.objects.filter(name="customers.claimed").count() == 1
    assert parts.named("customers").counts(customer, colleague)["owner"].count() == 2  # type: ignore[misc]  # it has them


def test_the_loser_is_told_who_was_quicker(owner: User) -> None:
    stay, first, second = pooled(owner, name="王伟"), make_user(branch=owner.branch, name="何志远"), make_user(branch=owner.branch)
    actions.claim(stay_id=stay.pk, person=first)
    with pytest.raises(errors.TakenAlready) as told:
        actions.claim(stay_id=stay.pk, person=second)
    assert told.value.data == {"who": first, "name": "王伟"}


def test_limits_of_a_day_and_in_all_and_the_cooldown(owner: User) -> None:
    switch_on(claims_a_day=2, capacity=3, cooldown_days=30)
    me = make_user(branch=owner.branch)
    stays = [pooled(owner) for _ in range(4)]
    with pytest.raises(errors.TooSoon):
        actions.claim(stay_id=stays[0].pk, person=owner)
    actions.claim(stay_id=stays[0].pk, person=me)
    actions.claim(stay_id=stays[1].pk, person=me)
    assert queries.places_of(me).left == 0
    with pytest.raises(errors.NoPlaceToday):
        actions.claim(stay_id=stays[2].pk, person=me)
    Stay.objects.filter(taken_by=me).update(ended_at=ago(2))
    actions.claim(stay_id=stays[2].pk, person=me)
    with pytest.raises(errors.NoCapacity):
        actions.claim(stay_id=stays[3].pk, person=me)
    actions.assign(stay_id=stays[3].pk, owner=me, note="老客户，先电话", by=BY)  # the manager may

    assert Customer.objects.filter(owner=me).count() == 4
    Stay.objects.update(began_at=ago(31))
    again = actions.release(customer_id=stays[0].customer_id, reason="超负荷", by=BY)
    Stay.objects.filter(pk=again.pk).update(began_at=ago(31), previous_owner=owner)
    assert actions.claim(stay_id=again.pk, person=owner).taken_by == owner


def test_pools_of_other_branches_are_not_there(owner: User) -> None:
    stay = pooled(owner)
    stranger = make_user(branch=make_branch(), role=Role.MANAGER)
    assert not queries.stays_visible_to(stranger).exists()
    assert reading.read(POOL, {}, stranger).rows == []
    assert [row.pk for row in reading.read(POOL, {}, owner).rows] == [stay.pk]


def test_bulk_claims_say_what_could_not_be_done(owner: User) -> None:
    switch_on(claims_a_day=1)
    me = make_user(branch=owner.branch)
    stays = [pooled(owner) for _ in range(3)]
    claim = next(action for action in POOL.bulk if action.name == "claim")

    assert claim.check is not None
    assert list(claim.check([stay.pk for stay in stays], me).values()) == [2]
    done = claim.run([stay.pk for stay in stays], "", me.actor, me)
    assert (done.done, list(done.left_out.values())) == (1, [2])


def test_handed_over_or_imported_it_has_left_the_pool(owner: User) -> None:
    one, other = pooled(owner), pooled(owner)
    customers.hand_over(customer_id=one.customer_id, owner=owner, by=BY)
    jobs.deliver_announcements()
    Customer.objects.filter(pk=other.customer_id).update(owner=owner)  # as a file with owners does
    night()

    assert list(Stay.objects.values_list("ending", flat=True)) == ["elsewhere", "elsewhere"]
    assert not Customer.objects.exclude(pooled_at=None).exists()


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("no reason", errors.ReasonNeeded),
        ("twice", errors.InPoolAlready),
        ("no branch", errors.WithoutBranch),
        ("closed", errors.NotInPool),
        ("hold without reason", errors.ReasonNeeded),
        ("hold until yesterday", errors.HoldDay),
        ("hold for ever", errors.HoldDay),
        ("hold nobody's", errors.WithoutOwner),
        ("lift nothing", errors.NotHeld),
        ("claim nothing", errors.NotInPool),
    ],
)
def test_what_cannot_be(what: str, error: type[KexinError], owner: User) -> None:
    customer = make_customer(owner=owner, branch=owner.branch)
    if what == "twice":
        actions.release(customer_id=customer.pk, reason="x", by=BY)
    set_to: dict[str, dict[str, Any]] = {"no branch": {"branch": None}, "closed": {"is_active": False}, "hold nobody's": {"owner": None}}
    Customer.objects.filter(pk=customer.pk).update(**set_to.get(what, {"region": ""}))
    until = timezone.localdate() + dt.timedelta(days={"hold until yesterday": -1, "hold for ever": 1000}.get(what, 3))
    before = Hold.objects.count(), Stay.objects.count()

    def act() -> object:
        if what == "lift nothing":
            actions.lift_hold(customer_id=customer.pk, by=BY)
            return None
        if what == "claim nothing":
            return actions.claim(stay_id=0, person=owner)
        if what.startswith("hold"):
            reason = " " if what == "hold without reason" else "谈判中"
            return actions.hold(customer_id=customer.pk, until=until, reason=reason, by=BY)
        return actions.release(customer_id=customer.pk, reason="" if what == "no reason" else "转岗", by=BY)

    with pytest.raises(error):
        act()
    assert (Hold.objects.count(), Stay.objects.count()) == before


def test_rules_are_changed_once_and_never_out_of_range() -> None:
    rule = actions.save_rule(tier="B", no_contact_days=60, no_order_days=None, is_on=True, version=1, by=BY)
    assert (rule.no_contact_days, rule.is_on, rule.version) == (60, True, 2)
    with pytest.raises(Conflict):
        actions.save_rule(tier="B", no_contact_days=10, no_order_days=None, is_on=True, version=1, by=BY)
    for wrong in ({"no_contact_days": 0}, {"no_contact_days": None}, {"no_order_days": 99999}):
        with pytest.raises(Invalid):
            actions.save_rule(**{"tier": "B", "no_contact_days": 5, "no_order_days": None, "is_on": True, "version": 2, "by": BY, **wrong})  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(Invalid):
        actions.save_policy(fields={"warn_days": 1000}, version=1, by=BY)
    assert actions.save_policy(fields={"capacity": None}, version=1, by=BY).capacity is None


def test_numbers_for_the_manager(owner: User) -> None:
    manager = make_user(branch=owner.branch, role=Role.MANAGER)
    stays = [pooled(owner) for _ in range(4)]
    me = make_user(branch=owner.branch)
    for stay in stays[:3]:
        actions.claim(stay_id=stay.pk, person=me)
    Stay.objects.filter(pk__in=[stays[0].pk, stays[1].pk]).update(ended_at=ago(40))
    back = actions.release(customer_id=stays[1].customer_id, reason="没跟进", by=BY)
    Stay.objects.filter(pk=back.pk).update(began_at=ago(20))

    assert [(size.branch, size.tiers, size.all) for size in queries.sizes(manager)] == [(str(owner.branch), {"": 2}, 2)]
    kept = queries.keeping(manager)
    assert (kept.kept, kept.returned, kept.waiting, kept.kept_share) == (1, 1, 1, 0.5)
    load = next(load for load in queries.loads(manager) if load.person == me)
    assert (load.owned, load.claimed_today, load.claimed_month) == (2, 1, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_statements(rows: int, owner: User, django_assert_num_queries: Any) -> None:
    manager = make_user(branch=owner.branch, role=Role.MANAGER, sees=Sees.ALL)
    for _ in range(rows):
        pooled(owner)
        forgotten(owner, tier="B")
    switch_on("B", contact=30, warn_days=0)
    terms = {rule.tier: rule for rule in queries.tier_rules()}
    files = list(Customer.objects.filter(owner=owner).select_related("place", "owner", "branch"))
    by_policy = queries.policy()
    with django_assert_num_queries(6):
        assert len(queries.verdicts(files, today=timezone.localdate(), by_policy=by_policy, terms=terms)) == rows
    with django_assert_num_queries(4):  # rows, their count, first phones, tags
        assert len(reading.read(POOL, {}, manager).rows) == rows
    with django_assert_num_queries(1):
        queries.sizes(manager)
    with django_assert_num_queries(1):
        queries.keeping(manager)
    with django_assert_num_queries(4):
        queries.loads(manager)


def test_stays_move_with_a_merge_and_come_back(owner: User) -> None:
    one, other = pooled(owner), pooled(owner)
    part = parts.named("pool")
    before = sorted(Stay.objects.values_list("pk", "customer"))

    moved = part.move(one.customer, Customer.objects.get(pk=other.customer_id))  # type: ignore[misc]  # it has one
    assert Stay.objects.filter(customer=other.customer, ended_at=None).count() == 1
    part.move_back(one.customer, other.customer, moved)  # type: ignore[misc]  # as above

    assert sorted(Stay.objects.values_list("pk", "customer")) == before
    assert part.export(one.customer)[0]["cause"] == "by_hand"  # type: ignore[misc]  # as above
    part.erase(one.customer)  # type: ignore[misc]  # as above
    one.refresh_from_db()
    assert one.reason == ""
