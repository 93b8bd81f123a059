"""The record a page is about, and only if this person may see it: somebody else's is 404, as if it were not there."""

from __future__ import annotations

from typing import TypeVar, cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.loop.customers import queries
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, Occasion, Project, Relation

Belonging = TypeVar("Belonging", Asset, Contact, ContactPoint, FileEntry, Occasion)


def customer(request: HttpRequest, customer_id: int) -> Customer:
    """With owner, branch and place joined. Deactivated files are found too: their page offers to open them again."""
    files = queries.customers_visible_to(request.user, closed=True).select_related("owner", "branch", "place")
    found = files.filter(pk=customer_id).first()
    if found is None:
        queries.tell_if_erased(customer_id, request.user)
        raise Http404
    return found


def belonging(request: HttpRequest, model: type[Belonging], pk: int) -> Belonging:
    return get_object_or_404(queries.belongings_visible_to(request.user, model), pk=pk)


def project(request: HttpRequest, project_id: int) -> Project:
    projects = queries.projects_visible_to(request.user).select_related("customer__branch", "customer__owner", "stage")
    return get_object_or_404(projects, pk=project_id)


def relation(request: HttpRequest, relation_id: int) -> Relation:
    return get_object_or_404(queries.relations_visible_to(request.user), pk=relation_id)


def person(request: HttpRequest) -> User:
    """Who asks: access.page has let only members of staff this far."""
    return cast("User", request.user)


def by(request: HttpRequest) -> Actor:
    return person(request).actor
