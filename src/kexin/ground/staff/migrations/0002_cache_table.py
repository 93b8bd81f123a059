from django.apps.registry import Apps
from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Where throttling counts, for all processes together."""
    call_command("createcachetable", "staff_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [("staff", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
