"""The pages of duplicates and merging: who sees what, how many statements, what is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.jobs.actions import deliver_announcements as hear
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions
from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models import ContactPoint, Customer, DuplicatePair, Interaction, Merge
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db


def signed_in(client: Client, **more: Any) -> Any:
    person = make_user(**{"role": Role.MANAGER, "sees": Sees.ALL, **more})
    client.force_login(person, backend="kexin.surfaces.web.account.adapter.Backend")
    return person


def pair(one: Customer, other: Customer, score: int = 90) -> DuplicatePair:
    return DuplicatePair.objects.create(smaller=one, larger=other, score=score, reasons="phone,other_name")


def test_a_merge_and_the_way_back_through_the_pages(client: Client) -> None:
    person = signed_in(client)
    one = make_customer(name="王伟", code="A-1", region="苏州")
    other = make_customer(name="王小伟", code="A-2", region="无锡")
    pair(one, other)

    assert "王小伟" in client.get("/customers/duplicates/?state=open").content.decode()
    assert "王小伟" in client.get(f"/customers/{one.pk}/merge/").content.decode()
    side_by_side = client.get(f"/customers/{one.pk}/merge/?with={other.pk}").content.decode()
    assert f'name="field_region" id="region_{one.pk}" value="{one.pk}" checked' in side_by_side
    done = client.post(
        f"/customers/{one.pk}/merge/?with={other.pk}",
        {"survivor": one.pk, "field_region": other.pk, f"version_{one.pk}": 1, f"version_{other.pk}": 1},
    )

    assert done.status_code == 302
    one.refresh_from_db()
    assert one.region == "无锡"
    merge = Merge.objects.get()
    assert merge.merged_by == person
    went = client.get(f"/customers/{other.pk}/", follow=True)
    assert went.redirect_chain[-1][0] == f"/customers/{one.pk}/"
    assert "王小伟" not in client.get("/customers/duplicates/?state=open").content.decode()

    fresh = actions.note_interaction(customer_id=one.pk, kind="call", text="记下的话", by=person.actor)
    page = client.get(f"/customers/merges/{merge.pk}/").content.decode()
    assert "无锡 → 苏州" in page
    assert "记下的话" in page
    client.post(f"/customers/merges/{merge.pk}/", {"along": [f"customers:Interaction:{fresh.pk}", "nonsense", "customers:Interaction:x"]})
    one.refresh_from_db()
    assert one.region == "苏州"
    assert Interaction.objects.get().customer == other
    again = client.post(f"/customers/merges/{merge.pk}/")
    assert again.status_code == 409
    assert str(person) in again.content.decode()


def test_the_front_line_brings_a_pair_before_those_who_decide(client: Client) -> None:
    branch = make_branch(name="城南店")
    boss = make_user(role=Role.MANAGER, branch=branch)
    person = signed_in(client, role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=branch)
    one, other = make_customer(name="王伟", branch=branch), make_customer(name="汪卫", branch=branch)
    elsewhere = make_customer(branch=make_branch())

    assert client.get(f"/customers/{one.pk}/merge/").status_code == 403
    assert "汪卫" in client.get(f"/customers/{one.pk}/same/?q=汪卫").content.decode()
    address = f"/customers/{one.pk}/same/?with={other.pk}"
    assert client.post(address, {"why": " "}).status_code == 422
    assert client.post(f"/customers/{one.pk}/same/?with={elsewhere.pk}", {"why": "同一人"}).status_code == 404
    assert client.post(f"/customers/{one.pk}/same/?with={one.pk}", {"why": "同一人"}).status_code == 422
    assert client.post(address, {"why": "来电说换了姓名"}).status_code == 302
    assert client.post(address, {"why": "来电说改过姓名"}).status_code == 302
    hear()
    hear()

    row = DuplicatePair.objects.get()
    assert (row.smaller, row.larger, row.state, row.proposed_by, row.proposal) == (one, other, "open", person, "来电说改过姓名")
    todo = ToDo.objects.get()
    assert (todo.customer, todo.branch, todo.owner, todo.kind, todo.state) == (one, branch, None, "review", "open")
    actions.compare_customers(ids=[one.pk, other.pk])  # what the files say does not take it off the list
    assert DuplicatePair.objects.count() == 1

    client.force_login(boss, backend="kexin.surfaces.web.account.adapter.Backend")
    assert f'href="/customers/duplicates/{row.pk}/"' in client.get("/?scope=branch").content.decode()
    compared = client.get(f"/customers/duplicates/{row.pk}/", follow=True)
    assert compared.redirect_chain[-1][0] == f"/customers/{one.pk}/merge/?with={other.pk}"
    assert "来电说改过姓名" in compared.content.decode()
    client.post(f"/customers/{one.pk}/merge/?with={other.pk}", {"survivor": one.pk})
    hear()
    todo.refresh_from_db()
    assert (todo.state, todo.outcome) == ("done", "已合并")


def test_a_to_do_about_a_pair_of_which_one_file_is_elsewhere_leads_to_the_one_that_is_seen(client: Client) -> None:
    here, there = make_branch(), make_branch()
    one, other = make_customer(branch=there), make_customer(branch=here)
    row = actions.propose_merge(customer_id=one.pk, other_id=other.pk, why="同一地址", by=make_user().actor)

    signed_in(client, sees=Sees.BRANCH, branch=here)
    assert client.get(f"/customers/duplicates/{row.pk}/").headers["Location"] == f"/customers/{other.pk}/"
    signed_in(client, sees=Sees.BRANCH, branch=make_branch())
    assert client.get(f"/customers/duplicates/{row.pk}/").status_code == 404


def test_brought_up_again_what_was_found_different_is_looked_at_anew_and_dropped_when_it_is_decided() -> None:
    one, other = make_customer(), make_customer()
    row = pair(one, other)
    boss = make_user(role=Role.MANAGER)
    actions.decide_different(pair_id=row.pk, by=boss.actor)
    actions.propose_merge(customer_id=other.pk, other_id=one.pk, why="同一地址", by=boss.actor)
    hear()
    assert list(DuplicatePair.objects.values_list("pk", "state", "proposal")) == [(row.pk, "open", "同一地址")]
    assert ToDo.objects.get().state == "open"
    actions.decide_different(pair_id=row.pk, by=boss.actor)
    hear()
    assert list(ToDo.objects.values_list("state", "outcome")) == [("done", "不是同一客户")]


def test_the_survivor_is_the_one_chosen(client: Client) -> None:
    signed_in(client)
    one, other = make_customer(name="王伟"), make_customer(name="王小伟")

    client.post(f"/customers/{one.pk}/merge/?with={other.pk}", {"survivor": other.pk})

    one.refresh_from_db()
    assert one.merged_into == other


def test_an_edit_meanwhile_is_told(client: Client) -> None:
    person = signed_in(client)
    one, other = make_customer(name="王伟"), make_customer(name="王小伟")
    actions.change_customer(customer_id=one.pk, version=1, fields={"name": "王大伟"}, by=person.actor)

    told = client.post(f"/customers/{one.pk}/merge/?with={other.pk}", {"survivor": one.pk, f"version_{one.pk}": 1})

    assert told.status_code == 409
    assert not Merge.objects.exists()


def test_bad_input_has_words(client: Client) -> None:
    signed_in(client)
    one = make_customer(name="王伟")
    assert client.get(f"/customers/{one.pk}/merge/?with=99999999999999999999").status_code == 200
    assert client.get(f"/customers/{one.pk}/merge/?with=999").status_code == 404
    assert client.get(f"/customers/{one.pk}/merge/?with=abc").status_code == 200
    assert client.post(f"/customers/{one.pk}/merge/?with={one.pk}").status_code == 409
    assert client.get(f"/customers/{one.pk}/merge/?q=%00%ff").status_code == 200


def test_what_is_not_theirs_to_see_is_masked_and_cannot_be_merged(client: Client) -> None:
    here, there = make_branch(name="城南店"), make_branch(name="城北店")
    signed_in(client, sees=Sees.BRANCH, branch=here)
    mine, theirs, far = (
        make_customer(name=name, branch=branch) for name, branch in (("顾雪亭", here), ("王建国", there), ("赵钱孙", there))
    )
    known = pair(mine, theirs)
    hidden = pair(theirs, far)

    page = client.get("/customers/duplicates/?state=open").content.decode()

    assert "顾雪亭" in page
    assert "王••" in page
    assert "王建国" not in page
    assert "赵" not in page
    assert client.get(f"/customers/{mine.pk}/merge/?with={theirs.pk}").status_code == 404
    for one in (known, hidden):
        assert client.post(f"/customers/duplicates/{one.pk}/different/").status_code == 404
    assert not DuplicatePair.objects.filter(state=PairState.DIFFERENT).exists()


def test_not_the_same_and_back(client: Client) -> None:
    signed_in(client)
    known = pair(make_customer(), make_customer())

    client.post(f"/customers/duplicates/{known.pk}/different/")
    known.refresh_from_db()
    assert known.state == PairState.DIFFERENT
    client.post(f"/customers/duplicates/{known.pk}/open/")
    known.refresh_from_db()
    assert known.state == PairState.OPEN


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_statements_whatever_stands_on_it(client: Client, django_assert_num_queries: Any, count: int) -> None:
    signed_in(client)
    for _ in range(count):
        pair(make_customer(), make_customer())
    client.get("/customers/duplicates/?state=open")

    with django_assert_num_queries(LIST):
        client.get("/customers/duplicates/?state=open")


@pytest.mark.parametrize("count", [1, 3])
def test_side_by_side_takes_as_many_statements_whatever_the_files_hold(client: Client, django_assert_num_queries: Any, count: int) -> None:
    signed_in(client)
    one, other = make_customer(), make_customer()
    for file in (one, other):
        for number in range(count):
            ContactPoint.objects.create(customer=file, kind="phone", value=f"1540000000{number}", key=f"1540000000{number}")
            file.contacts.create(name=f"李{number}")
            file.assets.create(name="车")
    client.get(f"/customers/{one.pk}/merge/?with={other.pk}")

    with django_assert_num_queries(SIDE_BY_SIDE):
        client.get(f"/customers/{one.pk}/merge/?with={other.pk}")


LIST, SIDE_BY_SIDE = 10, 14


def test_why_somebody_takes_two_for_one_is_read_by_who_sees_both(client: Client) -> None:
    here, there = make_branch(), make_branch()
    one, other = make_customer(branch=there), make_customer(branch=here)
    actions.propose_merge(customer_id=one.pk, other_id=other.pk, why="王芳即王小芳", by=make_user().actor)

    signed_in(client, sees=Sees.BRANCH, branch=here)
    assert "王芳即王小芳" not in client.get("/customers/duplicates/?state=open&cols=one,other,proposed").content.decode()
    signed_in(client)
    assert "王芳即王小芳" in client.get("/customers/duplicates/?state=open&cols=one,other,proposed").content.decode()


def test_where_a_person_lives_is_masked_side_by_side_and_on_the_way_back(client: Client) -> None:
    boss = signed_in(client)
    one = actions.create_customer(name="王芳", address="北京市海淀区中关村1号", owner=boss, by=boss.actor)
    other = actions.create_customer(name="王芳", address="北京市朝阳区建国路2号", owner=boss, by=boss.actor)
    firm = actions.create_customer(name="恒达", kind="organisation", address="北京市东城区3号", owner=boss, by=boss.actor)

    page = client.get(f"/customers/{one.pk}/merge/?with={other.pk}").content.decode()
    assert ("中关村" in page, "建国路" in page, f"/customers/{other.pk}/reveal/address/" in page) == (False, False, True)
    assert "东城区3号" in client.get(f"/customers/{one.pk}/merge/?with={firm.pk}").content.decode()
    merge = actions.merge_customers(survivor_id=one.pk, merged_id=other.pk, theirs=["address"], by=boss.actor)
    back = client.get(f"/customers/merges/{merge.pk}/").content.decode()
    assert ("北京••••" in back, "中关村" in back, "建国路" in back) == (True, False, False)
