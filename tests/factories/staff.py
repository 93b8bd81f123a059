from __future__ import annotations

from itertools import count

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch, User

_number = count(1)


def make_branch(*, name: str = "", parent: Branch | None = None, code: str = "") -> Branch:
    n = next(_number)
    branch = Branch.objects.create(name=name or f"网点{n}", code=code or f"B{n}", parent=parent, path="")
    branch.path = f"{parent.path if parent else '/'}{branch.pk}/"
    branch.save(update_fields=["path"])
    return branch


def make_user(*, role: str = Role.FRONT_LINE, sees: str = Sees.BRANCH, branch: Branch | None = None, name: str = "") -> User:
    n = next(_number)
    return User.objects.create(username=f"user{n}", name=name or f"员工{n}", role=role, sees=sees, branch=branch)
