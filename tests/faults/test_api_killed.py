"""A request with an Idempotency-Key whose process is killed in the middle of its write: nothing is there, and again it is done once."""

from __future__ import annotations

import json

import pytest
from tests.faults.installation import Installation

pytestmark = pytest.mark.fault

TOKEN = """
from django.utils import timezone
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.ground.tokens import actions
person = User.objects.create(username="li", name="李敏", role="administrator", sees="all", password="!")
print(actions.issue(owner=person, name="ERP", scopes=["customers:write"], now=timezone.now(), by=Actor.system("test"))[1])
"""
ASK = """
import json
from django.test import Client
from kexin.loop.customers.models import Customer
{before}
answer = Client().post(
    "/api/v1/customers", json.dumps({{"name": "甲"}}), "application/json",
    headers={{"Authorization": "Bearer {token}", "Idempotency-Key": "erp-1", "Host": "127.0.0.1"}},
)
print(json.dumps([answer.status_code, answer.json()["id"], answer.headers.get("Idempotency-Replayed", ""), Customer.objects.count()]))
"""
# The customer is written, its answer is not yet kept, and nothing is committed.
DIES = """
import os, signal
from kexin.ground.tokens import actions
def die(**_):
    assert Customer.objects.count() == 1
    os.kill(os.getpid(), signal.SIGKILL)
actions.keep_answer = die
"""


def test_killed_in_the_middle_of_a_write_it_leaves_nothing_and_again_it_is_done_once(installation: Installation) -> None:
    token = installation.python(TOKEN)

    with pytest.raises(AssertionError):
        installation.python(ASK.format(token=token, before=DIES))
    assert installation.rows("SELECT count(*) FROM customers_customer") == [(0,)]
    assert installation.rows("SELECT count(*) FROM tokens_answer") == [(0,)]

    first = json.loads(installation.python(ASK.format(token=token, before="")).splitlines()[-1])
    again = json.loads(installation.python(ASK.format(token=token, before="")).splitlines()[-1])
    assert (first[0], first[2], first[3]) == (201, "", 1)
    assert again == [201, first[1], "true", 1]
