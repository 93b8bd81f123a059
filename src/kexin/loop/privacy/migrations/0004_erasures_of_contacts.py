from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A certificate may be of one contact of a file: such a file can have several."""

    dependencies = [("privacy", "0003_seal_the_trail")]

    operations = [
        migrations.AddField(model_name="erasure", name="contact_id", field=models.BigIntegerField(null=True)),
        migrations.AlterField(model_name="erasure", name="customer_id", field=models.BigIntegerField()),
        migrations.AlterField(model_name="erasure", name="public_id", field=models.UUIDField()),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(fields=["customer_id"], condition=Q(contact_id=None), name="privacy_erased_once"),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                fields=["contact_id"], condition=Q(contact_id__isnull=False), name="privacy_contact_erased_once"
            ),
        ),
    ]
