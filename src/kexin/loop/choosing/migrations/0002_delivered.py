"""A checklist, its questions and the terms for remote small resellers as delivered: published, so that scores exist from the first night."""

from typing import Any

from django.db import migrations
from django.utils import timezone

YES_NO = [["yes", "是", "Yes"], ["no", "否", "No"]]
# 中文, English, choices, days an answer holds
QUESTIONS: tuple[tuple[str, str, list[list[str]], int], ...] = (
    ("需求与我们的产品合不合", "Do their needs fit what we offer",
     [["fully", "完全合", "Fully"], ["mostly", "大部分合", "Mostly"], ["partly", "小部分合", "Partly"], ["no", "不合", "No"]], 365),
    ("答应的事做不做到", "Do they keep what they promise",
     [["always", "说到做到", "Always"], ["mostly", "多数做到", "Mostly"], ["rarely", "常常落空", "Rarely"]], 365),
    ("有没有自己的销售网点", "Have they outlets of their own", YES_NO, 730),
    ("平时压多少货", "How much stock do they keep",
     [["none", "几乎不压货", "Almost none"], ["weeks", "几个星期的量", "Some weeks"], ["months", "几个月的量", "Months"]], 365),
    ("肯不肯下功夫", "Are they hard-working", YES_NO, 365),
    ("跟不跟我们的政策步伐", "Do they keep in step with our policies",
     [["yes", "跟得上", "Yes"], ["late", "慢半拍", "Late"], ["no", "不跟", "No"]], 365),
)  # fmt: skip
FIT, PROMISES, OUTLETS, STOCK, HARD, STEP = range(6)


def deliver(apps: Any, _schema: Any) -> None:
    question, checklist, version, terms = (apps.get_model("choosing", name) for name in ("Question", "Checklist", "Version", "TermSet"))
    asked = []
    for place, (zh, en, choices, stale) in enumerate(QUESTIONS):
        defaults = {"name_en": en, "choices": choices, "stale_days": stale, "position": 10 * (place + 1)}
        asked.append(f"question:{question.objects.get_or_create(name_zh=zh, defaults=defaults)[0].pk}")
    if not checklist.objects.exists():
        first = checklist.objects.create(name_zh="选择客户", name_en="Choosing customers", segment_id=0, position=100)
        version.objects.create(
            checklist=first,
            number=1,
            state="published",
            published_at=timezone.now(),
            definition={
                "schema": 1,
                "suitable_from": 60.0,
                "min_known": 0.4,
                "criteria": [
                    {"source": asked[FIT], "weight": 20.0, "points": {"fully": 100.0, "mostly": 75.0, "partly": 30.0, "no": 0.0}},
                    {"source": "overdue_days", "weight": 15.0, "zero_at": 60.0, "full_at": 0.0},
                    {"source": "payment_days", "weight": 5.0, "zero_at": 120.0, "full_at": 0.0},
                    {"source": "undone_rate", "weight": 15.0, "zero_at": 30.0, "full_at": 0.0},
                    {"source": "practices", "weight": 10.0, "zero_at": 2.0, "full_at": 0.0},
                    {"source": asked[PROMISES], "weight": 10.0, "points": {"always": 100.0, "mostly": 70.0, "rarely": 0.0}},
                    {"source": "distance", "weight": 5.0, "zero_at": 500.0, "full_at": 50.0},
                    {"source": "growth", "weight": 10.0, "zero_at": -50.0, "full_at": 30.0},
                    {"source": "orders_year", "weight": 10.0, "zero_at": 0.0, "full_at": 6.0},
                ],
            },
        )
    if not terms.objects.exists():
        terms.objects.create(
            name_zh="偏远小经销商条款",
            name_en="Terms for remote small resellers",
            says_zh="起订量减半，补货运费由我们承担，价格与城区经销商一致。",
            says_en="Half the smallest order, freight of refills on us, prices as in town.",
            conditions=[
                ["distance", ">=", 150.0],
                [asked[OUTLETS], "in", ["yes"]],
                ["payment_days", "<=", 0.0],
                [asked[STOCK], "in", ["none"]],
                ["practices", "<=", 0.0],
                [asked[HARD], "in", ["yes"]],
                ["months_year", ">=", 4.0],
                [asked[STEP], "in", ["yes"]],
            ],
        )


class Migration(migrations.Migration):
    dependencies = [("choosing", "0001_initial")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
