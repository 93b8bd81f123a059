from __future__ import annotations

import copy
import pickle

from kexin.measures.errors import BadInput, CannotSay


def test_a_refusal_comes_back_from_another_process_as_itself() -> None:
    refusal = CannotSay("nobody", "nobody answered")

    for again in (pickle.loads(pickle.dumps(refusal)), copy.copy(refusal)):  # noqa: S301 -- bytes of our own
        assert (type(again), again.code, str(again)) == (CannotSay, "nobody", "nobody answered")
    assert str(copy.copy(BadInput("no items"))) == "no items"
