"""Results become JSON and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from kexin.measures.plain import plain


@dataclass(frozen=True)
class Result:
    paths: dict[tuple[str, str], float]
    shares: np.ndarray
    flags: tuple[np.bool_, ...]
    name: str | None = None


def test_a_result_becomes_numbers_strings_and_lists() -> None:
    result = Result({("a", "b"): np.float64(0.5)}, np.array([[1.0, np.nan], [np.inf, 2.0]]), (np.True_,))

    assert plain(result) == {"paths": {"a|b": 0.5}, "shares": [[1.0, None], [None, 2.0]], "flags": [True], "name": None}
    assert json.loads(json.dumps(plain(result), allow_nan=False)) == plain(result)


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())
