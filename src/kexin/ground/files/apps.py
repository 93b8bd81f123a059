from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "kexin.ground.files"
    label = "files"

    def ready(self) -> None:
        from kexin.ground.audit import subjects  # noqa: PLC0415 -- models first
        from kexin.ground.files import queries  # noqa: PLC0415 -- the same

        subjects.of("file", queries.subject_of)
