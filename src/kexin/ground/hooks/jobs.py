from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.hooks import actions, queries
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job

# While something waits for its next try the job looks again so often; what is new wakes it at once.
LOOK_AGAIN = timedelta(seconds=60)
LEAST_WAIT = timedelta(seconds=1)


def _look_once_more(job: Job) -> None:
    """In the transaction that ends the job: what was written meanwhile would else wait for the hourly look."""
    if queries.next_moment(int(job.arguments["hook"])) is not None and job.state == "done":
        actions.see_to(int(job.arguments["hook"]))


@kinds.job("hooks.send", title=_("Sending to a web hook"), ended=_look_once_more)
def send(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """One job a hook: one receiver that does not answer holds up no other."""
    hook_id = int(part.arguments["hook"])
    sent = int(part.checkpoint.get("sent", 0))
    while part.time_left() > 0:
        delivery_id = queries.due(hook_id, timezone.now()).values_list("pk", flat=True).first()
        if delivery_id is None:
            break
        sent += actions.send(delivery_id=delivery_id)
        part.progress(done=sent)
    else:
        return kinds.Again(checkpoint={"sent": sent})
    then = queries.next_moment(hook_id)
    if then is None:
        return kinds.Finished(result={"sent": sent})
    return kinds.Again(checkpoint={"sent": sent}, wait=min(max(then - timezone.now(), LEAST_WAIT), LOOK_AGAIN))


@kinds.job("hooks.look_after", title=_("Looking after web hooks"), every=timedelta(hours=1))
def look_after(part: kinds.Slice) -> kinds.Again | kinds.Finished:  # noqa: ARG001 -- a job is given its slice
    """Whatever waits has a job that sends it; what waited too long at a hook that is off is given up; keys past their time go."""
    given_up = actions.give_up_forgotten(now=timezone.now())
    actions.forget_old_secrets(now=timezone.now())
    for hook_id in queries.hooks_with_work():
        actions.see_to(hook_id)
    return kinds.Finished(result={"given_up": given_up})
