from __future__ import annotations

from itertools import count
from typing import Any

from kexin.loop.todo.models import ToDo

_number = count(1)


def make_todo(*, title: str = "", **fields: Any) -> ToDo:
    return ToDo.objects.create(title=title or f"待办{next(_number)}", **{"kind": "task", **fields})
