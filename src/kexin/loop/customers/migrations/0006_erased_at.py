from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_team_notes_and_pool")]

    operations = [
        migrations.AddField(model_name="customer", name="erased_at", field=models.DateTimeField(blank=True, null=True)),
    ]
