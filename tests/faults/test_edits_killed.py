"""A change of many killed in the middle ends as if nobody had touched it, and is taken back as exactly; two at once agree."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from tests.faults.installation import PATIENCE, ROOT, Installation

pytestmark = [pytest.mark.fault, pytest.mark.slow]
KILLS = int(os.environ.get("KEXIN_TEST_KILLS", "3"))
CUSTOMERS = 6000
BEGIN = """
import django; django.setup()
from kexin.ground.lists import actions, editing
from kexin.ground.staff.models import User
from kexin.loop.customers.listing import CUSTOMERS
"""
MADE = f"""
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
User.objects.create(username="boss", name="主管", role="manager", sees="all")
Customer.objects.bulk_create([Customer(code=f"Z-{{n}}", name=f"客户{{n}}", source="dealings") for n in range({CUSTOMERS})])
"""
START = (
    BEGIN
    + """
import sys
user = User.objects.get(username="boss")
of = CUSTOMERS.seen_by(user)
edit = actions.start_edit(of=of, field=editing.field_of(of, sys.argv[1], user), value=sys.argv[2], user=user, by=user.actor)
print(edit.pk, edit.job_id)
"""
)
UNDO = BEGIN + "import sys; user = User.objects.get(); print(actions.start_undo(edit_id=int(sys.argv[1]), user=user, by=user.actor).job_id)"
GO_ON = "import django; django.setup(); import sys; from kexin.ground.jobs import actions; actions.run_here(int(sys.argv[1]))"


def spawn(at: Installation, code: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", code, *words]
    return subprocess.Popen(command, env=at.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)


def done(process: subprocess.Popen[bytes]) -> str:
    output = process.communicate(timeout=PATIENCE)[0].decode()
    assert process.returncode == 0, output
    return output.strip().splitlines()[-1] if output.strip() else ""


def killed_on_the_way(at: Installation, job: str, chance: random.Random) -> int:
    """Run the job, killed some moments after it began its slice, until it has ended. How often it was killed at work."""
    killed = 0
    while True:
        process = spawn(at, GO_ON, job)
        if killed < KILLS:
            mine = f"SELECT 1 FROM jobs_job WHERE lease_holder LIKE '%:{process.pid}:%'"  # noqa: S608 -- a number
            while process.poll() is None and not at.rows(mine):
                time.sleep(0.02)
            time.sleep(chance.uniform(0.05, 0.6))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
                process.wait()
                continue
        done(process)
        return killed


@pytest.mark.sqlite
def test_killed_again_and_again_it_changes_and_restores_everything(installation: Installation) -> None:
    chance = random.Random(11)  # noqa: S311 -- moments to kill at
    installation.python(MADE)
    edit, job = done(spawn(installation, START, "source", "events")).split()

    killed = killed_on_the_way(installation, job, chance)

    counted = "SELECT source, version, COUNT(*) FROM customers_customer GROUP BY 1, 2"
    journal = "SELECT COUNT(*), COUNT(DISTINCT record_id) FROM lists_editedrow"
    assert killed > 0
    assert installation.rows(counted) == [("events", 2, CUSTOMERS)]  # each written once
    assert installation.rows(journal) == [(CUSTOMERS, CUSTOMERS)]
    assert installation.rows("SELECT state, changed FROM lists_bulkedit") == [("done", CUSTOMERS)]

    killed_on_the_way(installation, done(spawn(installation, UNDO, edit)), chance)

    assert installation.rows(counted) == [("dealings", 3, CUSTOMERS)]
    assert installation.rows("SELECT state, restored, kept FROM lists_bulkedit") == [("undone", CUSTOMERS, 0)]


@pytest.mark.sqlite
def test_two_at_once_leave_each_row_with_one_of_both_and_the_journal_says_which_came_first(installation: Installation) -> None:
    installation.python(MADE)
    one, other = (done(spawn(installation, START, "source", value)).split() for value in ("events", "projects"))

    for process in [spawn(installation, GO_ON, one[1]), spawn(installation, GO_ON, other[1])]:
        done(process)

    assert installation.rows("SELECT DISTINCT state, changed FROM lists_bulkedit") == [("done", CUSTOMERS)]
    # Of the two writes of a row, the later one found what the earlier one wrote, and stands.
    assert len(installation.rows(CHAINS)) == CUSTOMERS


CHAINS = """
SELECT a.record_id FROM lists_editedrow a JOIN lists_editedrow b ON b.record_id = a.record_id AND b.version = a.version + 1
  JOIN customers_customer c ON c.id = a.record_id
 WHERE a.version = 2 AND a.old = '"dealings"' AND b.old = a.new AND '"' || c.source || '"' = b.new
"""
