from django.db import migrations, models


class Migration(migrations.Migration):
    """Who looked at whose data, what for, how often on a day."""

    dependencies = [("audit", "0003_sealed_entries")]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("subject", models.BigIntegerField(default=0)),
                ("actor_id", models.BigIntegerField(default=0)),
                ("actor_name", models.CharField(max_length=150)),
                ("surface", models.CharField(max_length=20)),
                ("what", models.CharField(max_length=30)),
                ("purpose", models.CharField(blank=True, max_length=20)),
                ("words", models.CharField(blank=True, max_length=120)),
                ("times", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "-day"], name="audit_look_subject_afba7e_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "subject", "actor_id", "actor_name", "surface", "what", "purpose", "words"), name="audit_look_once"
                    )
                ],
            },
        ),
    ]
