"""How quickly records become findable, beside a bare executemany of the same strings.

    python benchmarks/search.py [--documents 100000]

Works in a data folder of its own, or in DATABASE_URL. Prints documents a second for making the tokens, for index() as a whole, and for
writing the same token strings with nothing around them.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time

SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高曾单解查区仇", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏飞"
BATCH = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    count = parser.parse_args().documents
    os.environ["KEXIN_HOME"] = tempfile.mkdtemp(prefix="kexin-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    import django  # noqa: PLC0415 -- after the settings are chosen

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- the same
    from django.db import connection, transaction  # noqa: PLC0415 -- the same

    from kexin.ground.search import actions, tokens  # noqa: PLC0415 -- the same

    call_command("migrate", "search", verbosity=0)
    chance = random.Random(1)  # noqa: S311 -- the same names every time
    documents = [
        actions.Document(
            id=number,
            words=[chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))],
            codes=[f"K-{number:07d}"],
            phones=[f"138{chance.randrange(10**8):08d}"],
        )
        for number in range(1, count + 1)
    ]

    def report(what: str, began: float, cpu: float) -> None:
        passed, used = time.perf_counter() - began, time.process_time() - cpu
        print(f"{what:<44}{count / passed:>10,.0f} a second{count / max(used, 1e-9):>12,.0f} a CPU second")

    began, cpu = time.perf_counter(), time.process_time()
    made = [tokens.of_document(words=one.words, codes=one.codes, phones=one.phones) for one in documents]
    report("making tokens, with pinyin", began, cpu)
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, count, BATCH):
        actions.index("customer", documents[start : start + BATCH])
    report("index(), tokens and all", began, cpu)
    if connection.vendor == "sqlite":
        rows = [(1 << 50 | number, " ".join(token or "zz" for token in found)) for number, found in enumerate(made)]
        began, cpu = time.perf_counter(), time.process_time()
        with connection.cursor() as cursor:
            for start in range(0, count, BATCH):
                with transaction.atomic():
                    cursor.executemany("INSERT INTO search_text (rowid, tokens) VALUES (%s, %s)", rows[start : start + BATCH])
        report("bare executemany of the same strings", began, cpu)


if __name__ == "__main__":
    main()
