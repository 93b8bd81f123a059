"""The API called as its own document allows, and as it does not: no server error, no answer outside the document, no way around.

    python -m tests.surfaces.api.fuzz --calls 10000                   on SQLite
    DATABASE_URL=postgresql://… python -m tests.surfaces.api.fuzz     on PostgreSQL

Most calls name records that are there, so that they come far; what a call did is undone four times of five, and kept once,
so that what only a commit finds is found. One call of ten comes without a token, one with a token that covers nothing but
another part of the house: neither may succeed.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import tests.surroundings

# An address whose id is none leads to no operation, and nobody was let in anywhere.
ELSEWHERE = (400, 404, 405)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")


def run(calls: int, *, seed: int, say: Callable[[str], None] = lambda _: None) -> tuple[Counter[int], list[str]]:
    """So many calls spread over all operations. How often each status was answered, and what is wrong."""
    import schemathesis  # noqa: PLC0415 -- slow
    from django.core.signals import request_finished, request_started  # noqa: PLC0415 -- needs Django
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 -- needs Django
    from django.db import close_old_connections  # noqa: PLC0415 -- needs Django
    from hypothesis import HealthCheck, given, settings  # noqa: PLC0415 -- slow
    from hypothesis import seed as seeded  # noqa: PLC0415 -- slow

    from kexin.surfaces.api.contract.document import document  # noqa: PLC0415 -- needs Django

    # As Django's own test client does: the calls share this connection and its transactions.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    operations = [found.ok() for found in schema.get_all_operations()]
    each = max(2, -(-calls // len(operations)))
    chance = random.Random(seed)  # noqa: S311 -- a test's choice, repeatable
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    told = 0
    for operation in operations:
        house = _House()
        for mode in schemathesis.GenerationMode:
            count = each - each // 2 if mode == schemathesis.GenerationMode.POSITIVE else each // 2

            kept = settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            left = iter(range(count))  # also examples the library adds of its own count
            called = _calling(lambda case, house=house, left=left: next(left, None) is None or _one(case, house, chance, statuses, wrong))
            try:
                seeded(seed)(kept(given(case=operation.as_strategy(generation_mode=mode))(called)))()
            except Exception as error:  # noqa: BLE001 -- a case that cannot be made is no fault of the API's, and is said
                if "Unsatisfiable" not in type(error).__name__:
                    wrong.append(f"{operation.label}: {type(error).__name__}: {str(error)[:300]}")
        say(f"{statuses.total():>6} {operation.label}")
        for line in wrong[told:]:
            say(line)
        told = len(wrong)
    return statuses, wrong


def _calling(do: Callable[[Any], None]) -> Callable[..., None]:
    def called(case: Any) -> None:
        do(case)

    return called


class _House:
    """An administrator's world, made anew for each operation: one record of every kind."""

    def __init__(self) -> None:
        from django.utils import timezone  # noqa: PLC0415 -- needs Django
        from tests.factories.staff import make_branch, make_user  # noqa: PLC0415 -- needs Django
        from tests.samples import SAMPLES  # noqa: PLC0415 -- needs Django

        from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
        from kexin.ground.staff.choices import Role, Sees  # noqa: PLC0415 -- needs Django
        from kexin.ground.tokens import actions, rules  # noqa: PLC0415 -- needs Django
        from kexin.loop.customers.models import CodeCounter, Customer  # noqa: PLC0415 -- needs Django
        from kexin.surfaces.api.contract.room import OPERATIONS  # noqa: PLC0415 -- needs Django

        # Beyond the codes that samples are made with.
        CodeCounter.objects.update_or_create(pk=1, defaults={"last": 500_000 + Customer.objects.count()})
        branch = make_branch()
        person = make_user(role=Role.ADMINISTRATOR, sees=Sees.ALL, branch=branch)
        self.ids = {
            f"{kind}_id": SAMPLES[kind](branch, person)
            for kind in sorted({found for one in OPERATIONS.values() for found in re.findall(r"\{\w+:(\w+)_id\}", one.path)})
        }

        def token(scopes: tuple[str, ...]) -> str:
            return str(actions.issue(owner=person, name="fuzz", scopes=scopes, days=9, now=timezone.now(), by=Actor.system())[1])

        self.token = token(rules.SCOPES)
        self._narrow = {domain: token(tuple(one for one in rules.SCOPES if not one.startswith(domain))) for domain in
                        {one.partition(":")[0] for one in rules.SCOPES}}  # fmt: skip

    def narrow(self, scope: str) -> str:
        return self._narrow[scope.partition(":")[0]]


def _one(case: Any, house: _House, chance: random.Random, statuses: Counter[int], wrong: list[str]) -> None:
    from django.db import transaction  # noqa: PLC0415 -- needs Django

    from kexin.surfaces.api.contract.room import OPERATIONS  # noqa: PLC0415 -- needs Django

    declared = OPERATIONS[case.operation.definition.raw["operationId"]]
    headers, promised = _prepared(case, house, chance, declared)
    try:
        with transaction.atomic():
            response = case.call()
            if chance.random() < 0.8:
                transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 -- a call that cannot be sent (a header no server would get) says nothing of ours
        if "http" in type(error).__module__ or isinstance(error, ValueError | UnicodeError):
            return
        wrong.append(f"{case.operation.label}: {type(error).__name__}: {error} {_curl(case)}")
        return
    statuses[response.status_code] += 1
    try:
        if promised and response.status_code not in promised:
            raise AssertionError(f"{response.status_code} instead of {promised}: a way around the permission? {response.content[:200]!r}")  # noqa: TRY301 -- told below
        case.validate_response(response, checks=_checks(response.status_code), headers=headers)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        told = "; ".join(str(one)[:300] for one in getattr(error, "exceptions", [error]))
        wrong.append(f"{case.operation.label}: {told}\n    {_curl(case)}")


def _prepared(case: Any, house: _House, chance: random.Random, declared: Any) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The case with ids and versions that are there, and a token; which statuses alone may come back where that token may not."""
    for name in case.path_parameters or {}:
        if name in house.ids and chance.random() < 0.8:
            case.path_parameters[name] = house.ids[name]
    headers = dict(case.headers or {})
    headers.pop("Authorization", None)
    if declared.versioned and "If-Match" in headers and chance.random() < 0.8:
        headers["If-Match"] = '"1"'
    who = chance.random()
    promised: tuple[int, ...] = ()
    if who < 0.1:
        promised = (401, 413, *ELSEWHERE)
    elif who < 0.2 and declared.scope:
        headers["Authorization"] = f"Bearer {house.narrow(declared.scope)}"
        promised = (403, 413, *ELSEWHERE)
    else:
        headers["Authorization"] = f"Bearer {house.token}"
    case.headers = headers
    case.cookies = {}
    return headers, promised


def _curl(case: Any) -> str:
    return f"{case.method} {case.formatted_path} query={case.query!r:.200} headers={case.headers!r:.300} body={case.body!r:.300}"


def _checks(status: int) -> list[Any]:
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415 -- slow
    from schemathesis.specs.openapi import checks  # noqa: PLC0415 -- slow

    found = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    # A version that is none of the record's is refused before the rest is read: a refusal the library's list does not know.
    return found if status == 412 else [*found, checks.negative_data_rejection]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    import django  # noqa: PLC0415 -- the data folder is chosen first

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- needs Django
    from django.db import connection  # noqa: PLC0415 -- needs Django

    settings.API_COUNTS_IN, settings.API_BURST = "memory", 10**9
    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.CRITICAL)
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tests.surroundings.HOME / "fuzz.sqlite3")
    else:
        connection.settings_dict["TEST"]["NAME"] = f"fuzz_kexin_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        statuses, wrong = run(asked.calls, seed=asked.seed, say=lambda line: print(line, flush=True))  # noqa: T201 -- a program for the terminal
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    print(f"{connection.vendor}: {statuses.total()} calls, {dict(sorted(statuses.items()))}, {len(wrong)} wrong")  # noqa: T201 -- the same
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
