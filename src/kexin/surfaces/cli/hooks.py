"""`kexin hooks …`: web hooks listed, tested, and what was given up sent again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kexin.surfaces.cli.words import gettext as _

if TYPE_CHECKING:
    from kexin.ground.hooks.models import Hook


@click.group("hooks", help=_("Web hooks: other programs that are told what happens."))
def hooks() -> None:
    pass


@hooks.command("list", help=_("Every web hook: its number, how it goes, what came of the last seven days, its address."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def hooks_list(as_json: bool) -> None:  # noqa: FBT001 -- a flag of the command line
    from datetime import timedelta  # noqa: PLC0415 -- only here

    from django.utils import timezone  # noqa: PLC0415 -- after Django was set up

    from kexin.ground.hooks import queries  # noqa: PLC0415 -- the same
    from kexin.ground.hooks.models import Hook  # noqa: PLC0415 -- the same

    rows = queries.with_numbers(Hook.objects.order_by("pk"), since=timezone.now() - timedelta(days=7))
    found = [
        {"id": one.pk, "name": one.name, "url": one.url, "health": one.health(), "announcements": one.announcements,
         **{name: one.numbers[name] for name in ("delivered", "waiting", "failed")}}  # type: ignore[attr-defined]  # beside the hook
        for one in rows
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found:
        click.echo(f"{row['id']}\t{row['name']}\t{row['health']}\t{row['delivered']}/{row['waiting']}/{row['failed']}\t{row['url']}")


@hooks.command("test", help=_("Send a test event now, from this process, and say what came of it. 1: it was not accepted."))
@click.argument("hook_id", type=int)
def hooks_test(hook_id: int) -> int:
    from django.utils import timezone  # noqa: PLC0415 -- after Django was set up

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.hooks import actions, queries  # noqa: PLC0415 -- the same
    from kexin.ground.hooks.choices import State  # noqa: PLC0415 -- the same

    delivery = actions.send_test(hook_id=_found(hook_id).pk, by=Actor.system("cli"), now=timezone.now())
    actions.send(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    for attempt in queries.attempts_of(delivery)[:1]:
        said = f"{attempt.status or ''} {attempt.get_fault_display()}".strip()
        click.echo(f"{delivery.public_id}\t{said}\t{attempt.milliseconds} ms\t{attempt.address}\t{attempt.answer}".rstrip())
    return 0 if delivery.state == State.DELIVERED else 1


@hooks.command("resend", help=_("Send again everything of a web hook that was given up. The worker sends it."))
@click.argument("hook_id", type=int)
def hooks_resend(hook_id: int) -> None:
    from django.utils import timezone  # noqa: PLC0415 -- after Django was set up

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.hooks import actions  # noqa: PLC0415 -- the same

    count = actions.send_again_failed(hook_id=_found(hook_id).pk, by=Actor.system("cli"), now=timezone.now())
    click.echo(_("{n} events are sent again.").format(n=count))


def _found(hook_id: int) -> Hook:
    from kexin.ground.hooks.models import Hook  # noqa: PLC0415 -- after Django was set up

    found = Hook.objects.filter(pk=hook_id).first()
    if found is None:
        raise click.ClickException(_("There is no web hook with the number {n}.").format(n=hook_id))
    return found


commands = [hooks]
