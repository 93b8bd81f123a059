"""Kinds of practices with an answer to each, ours: the sources ask for the register and do not say what stands in it."""

from typing import Any

from django.db import migrations

# Chinese, English, first, second, third time, months within which it is a repetition, months it counts.
DELIVERED: tuple[tuple[str, str, str, str, str, int, int], ...] = (
    ("跨区销售（窜货）", "Selling outside the agreed area", "warning", "stop", "end", 12, 24),
    ("低价倾销、乱价", "Price dumping", "warning", "stop", "end", 12, 24),
    ("虚假报销、虚开发票", "False claims or invoices", "stop", "end", "end", 24, 36),
    ("拖欠货款", "Withheld payment", "talk", "stop", "stop", 12, 24),
    ("虚报库存、销量", "False stock or sales figures", "talk", "warning", "stop", 12, 24),
    ("挖走我方员工", "Poaching our staff", "talk", "warning", "end", 24, 24),
    ("销售假冒伪劣商品", "Selling counterfeit goods", "stop", "end", "end", 60, 60),
    ("不执行公司政策", "Not honouring policy", "talk", "warning", "stop", 12, 12),
    ("泄露协议条件", "Disclosing agreed terms", "warning", "stop", "end", 24, 24),
)


def deliver(apps: Any, _schema: Any) -> None:
    kind = apps.get_model("partners", "PracticeKind")
    for position, (zh, en, first, second, third, repeat, counts) in enumerate(DELIVERED, start=1):
        kind.objects.get_or_create(
            name_zh=zh,
            defaults={
                "name_en": en,
                "first": first,
                "second": second,
                "third": third,
                "repeat_months": repeat,
                "counts_months": counts,
                "is_ours": True,
                "position": position * 10,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
