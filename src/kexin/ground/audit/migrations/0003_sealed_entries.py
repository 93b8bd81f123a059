from django.db import migrations, models

from kexin.ground.audit import guard


class Migration(migrations.Migration):
    """Entries about a person are sealed under the person's key. What was written before, kexin.loop.privacy seals."""

    dependencies = [("audit", "0002_append_only")]

    operations = [
        # SQLite makes a changed table anew, and its triggers go with the old one: they are installed again at the end.
        migrations.RunPython(lambda apps, editor: guard.remove(editor.connection), lambda apps, editor: guard.install(editor.connection)),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.BigIntegerField(unique=True)),
                ("key", models.BinaryField()),
            ],
        ),
        migrations.AddField(model_name="entry", name="subject", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="entry", name="sealed", field=models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunPython(lambda apps, editor: guard.install(editor.connection), lambda apps, editor: guard.remove(editor.connection)),
    ]
