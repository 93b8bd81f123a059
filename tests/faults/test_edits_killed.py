"""A change of many killed in the middle ends as if nobody had touched it, and is taken back as exactly; two at once agree."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from tests.faults.installation import PATIENCE

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
import django; django.setup()
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


def spawn(home: Path, code: str, *words: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "KEXIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "kexin.project.settings"}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", code, *words]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)


def done(process: subprocess.Popen[bytes]) -> str:
    output = process.communicate(timeout=PATIENCE)[0].decode()
    assert process.returncode == 0, output
    return output.strip().splitlines()[-1] if output.strip() else ""


def read(home: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(home / "kexin.sqlite3", timeout=PATIENCE)) as database:
        return database.execute(query).fetchall()


def killed_on_the_way(home: Path, job: str, chance: random.Random) -> int:
    """Run the job, killed some moments after it began its slice, until it has ended. How often it was killed at work."""
    killed = 0
    while True:
        process = spawn(home, GO_ON, job)
        if killed < KILLS:
            mine = f"SELECT 1 FROM jobs_job WHERE lease_holder LIKE '%:{process.pid}:%'"  # noqa: S608 -- a number
            while process.poll() is None and not read(home, mine):
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
def test_killed_again_and_again_it_changes_and_restores_everything() -> None:
    chance = random.Random(11)  # noqa: S311 -- moments to kill at
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        done(spawn(home, "from django.core.management import execute_from_command_line as run; run(['', 'migrate', '-v', '0'])"))
        done(spawn(home, MADE))
        edit, job = done(spawn(home, START, "source", "events")).split()

        killed = killed_on_the_way(home, job, chance)

        counted = "SELECT source, version, COUNT(*) FROM customers_customer GROUP BY 1, 2"
        journal = "SELECT COUNT(*), COUNT(DISTINCT record_id) FROM lists_editedrow"
        assert killed > 0
        assert read(home, counted) == [("events", 2, CUSTOMERS)]  # each written once
        assert read(home, journal) == [(CUSTOMERS, CUSTOMERS)]
        assert read(home, "SELECT state, changed FROM lists_bulkedit") == [("done", CUSTOMERS)]

        killed_on_the_way(home, done(spawn(home, UNDO, edit)), chance)

        assert read(home, counted) == [("dealings", 3, CUSTOMERS)]
        assert read(home, "SELECT state, restored, kept FROM lists_bulkedit") == [("undone", CUSTOMERS, 0)]


@pytest.mark.sqlite
def test_two_at_once_leave_each_row_with_one_of_both_and_the_journal_says_which_came_first() -> None:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        done(spawn(home, "from django.core.management import execute_from_command_line as run; run(['', 'migrate', '-v', '0'])"))
        done(spawn(home, MADE))
        one, other = (done(spawn(home, START, "source", value)).split() for value in ("events", "projects"))

        for process in [spawn(home, GO_ON, one[1]), spawn(home, GO_ON, other[1])]:
            done(process)

        assert read(home, "SELECT DISTINCT state, changed FROM lists_bulkedit") == [("done", CUSTOMERS)]
        chains = read(home, CHAINS)
        assert len(chains) == CUSTOMERS  # of the two writes of a row, the later one found what the earlier one wrote, and stands


CHAINS = """
SELECT a.record_id FROM lists_editedrow a JOIN lists_editedrow b ON b.record_id = a.record_id AND b.version = a.version + 1
  JOIN customers_customer c ON c.id = a.record_id
 WHERE a.version = 2 AND a.old = '"dealings"' AND b.old = a.new AND '"' || c.source || '"' = b.new
"""
