from django.db import migrations

from kexin.ground.audit import guard


class Migration(migrations.Migration):
    """The trail can only grow: the database refuses updates and deletes."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: guard.install(schema_editor.connection),
            lambda apps, schema_editor: guard.remove(schema_editor.connection),
        ),
    ]
