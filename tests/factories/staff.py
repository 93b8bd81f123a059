from __future__ import annotations

from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch, User

_number = count(1)
PASSWORD = "满意 2026 再来"


def make_branch(*, name: str = "", parent: Branch | None = None, code: str = "") -> Branch:
    n = next(_number)
    branch = Branch.objects.create(name=name or f"网点{n}", code=code or f"B{n}", parent=parent, path="")
    branch.path = f"{parent.path if parent else '/'}{branch.pk}/"
    branch.save(update_fields=["path"])
    return branch


def make_user(
    *,
    role: str = Role.FRONT_LINE,
    sees: str = Sees.BRANCH,
    branch: Branch | None = None,
    name: str = "",
    password: str | None = None,
    **fields: Any,
) -> User:
    """Without a password nobody can sign in as this person (and no time is spent on hashing one)."""
    n = next(_number)
    fields.setdefault("username", f"user{n}")
    return User.objects.create(name=name or f"员工{n}", role=role, sees=sees, branch=branch, password=make_password(password), **fields)


def make_administrator(**fields: Any) -> User:
    return make_user(role=Role.ADMINISTRATOR, sees=Sees.ALL, **{"password": PASSWORD, **fields})
