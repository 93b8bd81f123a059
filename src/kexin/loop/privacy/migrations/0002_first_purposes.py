from typing import Any

from django.db import migrations

PURPOSES = (
    # code, Chinese, English, ground in Chinese, ground in English, needs consent
    ("service", "服务联系", "Service contact", "履行合同所必需", "Needed to keep the contract", False),
    ("survey", "满意度调查", "Satisfaction surveys", "个人同意", "Consent", True),
    ("marketing", "营销信息", "Marketing", "个人同意", "Consent", True),
    ("partners", "提供给合作伙伴", "Sharing with partners", "个人单独同意", "Separate consent", True),
    ("profile", "推断偏好", "Concluding preferences", "个人同意", "Consent", True),
)


def deliver(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 -- as Django calls it
    purpose = apps.get_model("privacy", "Purpose")
    for position, (code, name_zh, name_en, ground_zh, ground_en, needs) in enumerate(PURPOSES, start=1):
        purpose.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": name_zh,
                "name_en": name_en,
                "ground_zh": ground_zh,
                "ground_en": ground_en,
                "needs_consent": needs,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    """Purposes to begin with; an administrator edits them."""

    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]
