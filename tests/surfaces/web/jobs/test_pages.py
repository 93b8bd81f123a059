from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.staff import make_user

from kexin.ground.jobs import actions
from kexin.ground.jobs.models import Job, State
from kexin.ground.staff.models import User

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"


def signed_in(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


def make_job(person: User, **values: Any) -> Job:
    job = actions.start(kind="jobs.clean", title=values.pop("title", "Import of customers"), by=person.actor)
    Job.objects.filter(pk=job.pk).update(**values)
    job.refresh_from_db()
    return job


def test_a_person_finds_their_jobs_and_an_administrator_everybodys() -> None:
    person, administrator = make_user(), make_user(role="administrator")
    make_job(person, title="Mine")
    make_job(administrator, title="Theirs")

    own, all_of_them = (signed_in(who).get(reverse("jobs:list")).content.decode() for who in (person, administrator))

    assert ("Mine" in own, "Theirs" in own) == (True, False)
    assert ("Mine" in all_of_them, "Theirs" in all_of_them) == (True, True)


def test_somebody_elses_job_is_not_there() -> None:
    job = make_job(make_user())
    client = signed_in(make_user())

    got = [client.get(reverse(f"jobs:{name}", args=[job.public_id])).status_code for name in ("job", "progress")]
    posted = [client.post(reverse(f"jobs:{name}", args=[job.public_id])).status_code for name in ("cancel", "retry")]

    assert (got, posted) == ([404, 404], [404, 404])
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_the_page_of_a_job_shows_how_far_it_came_and_stops_it() -> None:
    person = make_user()
    job = make_job(person, done=1200, total=5000, message="customers")
    client = signed_in(person)
    page = reverse("jobs:job", args=[job.public_id])

    text = client.get(page).content.decode()
    assert "1,200 / 5,000" in text
    assert "No worker is running" in text
    assert reverse("jobs:progress", args=[job.public_id]) in text

    answer = client.post(reverse("jobs:cancel", args=[job.public_id]), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "Cancelled." in answer.content.decode()
    job.refresh_from_db()
    assert job.state == State.CANCELLED

    client.post(reverse("jobs:retry", args=[job.public_id]))
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_stopping_what_ended_meanwhile_is_told_in_words() -> None:
    person = make_user()
    job = make_job(person, state=State.DONE)

    answer = signed_in(person).post(reverse("jobs:cancel", args=[job.public_id]))

    assert answer.status_code == 409
    assert "This work has already ended." in answer.content.decode()


def test_a_failed_job_says_why_and_a_finished_one_what_it_did() -> None:
    person = make_user()
    client = signed_in(person)
    failed = make_job(person, state=State.FAILED, error="The disk of the data folder is full.")
    done = make_job(person, state=State.DONE, result={"added": 1234, "refused": 2, "nested": {"x": 1}}, link="/imports/5/")

    assert "The disk of the data folder is full." in client.get(reverse("jobs:job", args=[failed.public_id])).content.decode()
    text = client.get(reverse("jobs:job", args=[done.public_id])).content.decode()
    assert "1,234" in text
    assert 'href="/imports/5/"' in text
    assert "nested" not in text


def test_progress_asks_again_while_it_goes_on_and_reads_the_page_anew_when_it_ended() -> None:
    person = make_user()
    job = make_job(person)
    client = signed_in(person)
    address = reverse("jobs:progress", args=[job.public_id])

    going_on = client.get(address, headers={"HX-Request": "true"})
    Job.objects.update(state=State.DONE)
    ended = client.get(address, headers={"HX-Request": "true"})

    assert (f'hx-get="{address}"' in going_on.content.decode(), going_on.headers.get("HX-Refresh")) == (True, None)
    assert (f'hx-get="{address}"' in ended.content.decode(), ended.headers.get("HX-Refresh")) == (False, "true")


def test_the_header_tells_what_runs() -> None:
    person = make_user()
    client = signed_in(person)
    texts = []
    for _number in range(3):
        texts.append(client.get(reverse("jobs:running")).content.decode().strip())
        make_job(person)

    assert texts[0] == ""
    assert "1 job running" in texts[1]
    assert "2 jobs running" in texts[2]


def test_the_list_takes_the_same_statements_for_one_job_and_for_three(django_assert_num_queries: Any) -> None:
    person = make_user()
    client = signed_in(person)
    make_job(person)
    client.get(reverse("jobs:list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("jobs:list"))
    make_job(person)
    make_job(person)

    with django_assert_num_queries(len(one)):
        client.get(reverse("jobs:list"))
    assert len(one) <= 8


@pytest.mark.parametrize("query", ["?state=nonsense", "?before=x", "?before=99999999999999999999999", "?state=active&before=1"])
def test_a_strange_address_is_answered(query: str) -> None:
    assert signed_in(make_user()).get(reverse("jobs:list") + query).status_code == 200
