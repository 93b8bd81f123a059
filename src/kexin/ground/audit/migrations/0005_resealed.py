from django.db import migrations, models


class Migration(migrations.Migration):
    """What entries say of a person after one name was taken out, under a new key."""

    dependencies = [("audit", "0004_looks")]

    operations = [
        migrations.CreateModel(
            name="Resealed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("sealed", models.TextField()),
            ],
        ),
    ]
