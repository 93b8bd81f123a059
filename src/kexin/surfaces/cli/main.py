"""`kexin …`: finds the commands of each module beside it and runs the one that was asked for."""

from __future__ import annotations

import importlib
import os
import pkgutil

import click


class Commands(click.Group):
    """Every module beside this one that has a `commands` list adds to the group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._all())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._all().get(cmd_name)

    def _all(self) -> dict[str, click.Command]:
        import kexin.surfaces.cli as package  # noqa: PLC0415 -- needs the package itself, found late

        found: dict[str, click.Command] = {}
        for module in pkgutil.iter_modules(package.__path__):
            if module.name != "main":
                for command in getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "commands", []):
                    found[command.name] = command
        return found


@click.command(cls=Commands)
def kexin() -> None:
    """Kexin 客心: know your customers, hear them, keep what you promised."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    import django  # noqa: PLC0415 -- settings first

    django.setup()
    kexin(prog_name="kexin")


if __name__ == "__main__":
    main()
