"""A path model: which items measure which construct, and which construct leads to which.

References
----------
Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. & Bryant, B. E. (1996). The American Customer Satisfaction Index: nature,
purpose, and findings. J. Marketing 60(4), 7-18.
Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling. Comput. Stat. Data Anal. 48, 159-205.
GB/T 19038-2009 顾客满意测评模型和方法指南.

"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import BadInput
from kexin.measures.plain import plain

Mode = Literal["A", "B"]


@dataclass(frozen=True)
class Model:
    """Blocks of items, paths between constructs, and how each construct is weighted.

    blocks : construct -> its items
        Every item belongs to one construct; one item alone is allowed.
    paths : (from, to) pairs
        No cycles; every construct lies on a path.
    modes : construct -> "A" or "B"
        "A" (correlation weights, for items that reflect the construct) unless said otherwise; "B" are regression weights, for
        items that form it.

    Raises BadInput, naming the construct, item or path that is wrong.

    >>> Model({"Service": ["S1", "S2"], "Loyalty": ["L1"]}, [("Service", "Loyalty")]).items
    ('S1', 'S2', 'L1')
    """

    blocks: Mapping[str, Sequence[str]]
    paths: Sequence[tuple[str, str]]
    modes: Mapping[str, Mode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", _blocks(self.blocks))
        object.__setattr__(self, "paths", _paths(self.paths, self.blocks))
        object.__setattr__(self, "modes", _modes(self.modes, self.blocks))

    @classmethod
    def ecsi(cls, blocks: Mapping[str, Sequence[str]] | None = None) -> Model:
        """The European index (Tenenhaus et al. 2005): seven constructs; by default with the items of the mobile-phone questionnaire.

        blocks : optional
            Your own items for some or all of Image, Expectation, Quality, Value, Satisfaction, Complaints, Loyalty.
        """
        counts = {"Image": 5, "Expectation": 3, "Quality": 7, "Value": 2, "Satisfaction": 3, "Complaints": 1, "Loyalty": 3}
        paths = (
            "Image>Expectation Image>Satisfaction Image>Loyalty Expectation>Quality Expectation>Value Expectation>Satisfaction "
            "Quality>Value Quality>Satisfaction Value>Satisfaction Satisfaction>Complaints Satisfaction>Loyalty Complaints>Loyalty"
        )
        return _ready(counts, paths, blocks)

    @classmethod
    def acsi(cls, blocks: Mapping[str, Sequence[str]] | None = None) -> Model:
        """The American index (Fornell et al. 1996): six constructs. The item names are ours.

        blocks : optional
            Your own items for some or all of Expectation, Quality, Value, Satisfaction, Complaints, Loyalty.
        """
        counts = {"Expectation": 3, "Quality": 3, "Value": 2, "Satisfaction": 3, "Complaints": 1, "Loyalty": 2}
        paths = (
            "Expectation>Quality Expectation>Value Expectation>Satisfaction Quality>Value Quality>Satisfaction "
            "Value>Satisfaction Satisfaction>Complaints Satisfaction>Loyalty Complaints>Loyalty"
        )
        return _ready(counts, paths, blocks)

    @classmethod
    def gbt19038(cls, blocks: Mapping[str, Sequence[str]] | None = None) -> Model:
        """China's six constructs after GB/T 19038-2009: no complaints, eleven paths.

        Image 品牌形象, Expectation 预期质量, Quality 感知质量 and Value 感知价值 each lead to all that come after them up to
        Satisfaction 顾客满意度, and Satisfaction to Loyalty 顾客忠诚. The item names are ours.

        blocks : optional
            Your own items for some or all of Image, Expectation, Quality, Value, Satisfaction, Loyalty.
        """
        counts = {"Image": 3, "Expectation": 4, "Quality": 4, "Value": 2, "Satisfaction": 4, "Loyalty": 3}
        paths = (
            "Image>Expectation Image>Quality Image>Value Image>Satisfaction Expectation>Quality Expectation>Value "
            "Expectation>Satisfaction Quality>Value Quality>Satisfaction Value>Satisfaction Satisfaction>Loyalty"
        )
        return _ready(counts, paths, blocks)

    @cached_property
    def constructs(self) -> tuple[str, ...]:
        """In the order of the blocks."""
        return tuple(self.blocks)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """In the order of the blocks, one after the other."""
        return tuple(item for block in self.blocks.values() for item in block)

    @cached_property
    def layout(self) -> Layout:
        """The model as arrays."""
        return Layout.of(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and strings, which `Model(**stored)` reads again."""
        stored: dict[str, Any] = plain({"blocks": self.blocks, "paths": self.paths, "modes": self.modes})
        return stored


@dataclass(frozen=True)
class Layout:
    """A model of p items and c constructs as arrays.

    owner : (p,) int
        The construct of each item.
    slices : (c,) slice
        The items of each construct.
    belongs : (p, c) float
        1 where the item belongs to the construct.
    leads : (c, c) float
        1 where the row's construct leads to the column's.
    explained : (e,) int
        Constructs that a path leads to.
    causes, linked : (c, c) float
        The same turned round: 1 where the column's leads to the row's; and both together.
    among, apart : (c, c, c) float
        1 where both are causes of the first; 1 on the diagonal where one is no cause of it.
    most_causes : int
        Of one explained construct.
    same : (c,) int
        0 to c - 1, the diagonal's places.
    regression : (b,) int
        Constructs weighted by mode B with more than one item.
    item_places, cross_places, path_places, pair_places, construct_places, explained_places
        Where each name's number stands in the arrays of a result.
    path_from, path_to : (m,) int
    shared_from, shared_to : (s,) int
        Of the paths that do not lead to their construct alone.
    shared : (s, s) float
        1 where two of these lead to the same construct.
    """

    owner: NDArray[np.intp]
    slices: tuple[slice, ...]
    belongs: NDArray[np.float64]
    leads: NDArray[np.float64]
    explained: NDArray[np.intp]
    causes: NDArray[np.float64]
    linked: NDArray[np.float64]
    among: NDArray[np.float64]
    apart: NDArray[np.float64]
    most_causes: int
    same: NDArray[np.intp]
    regression: tuple[int, ...]
    item_places: Mapping[tuple[str, str], int]
    cross_places: Mapping[tuple[str, str], int]
    path_places: Mapping[tuple[str, str], int]
    pair_places: Mapping[tuple[str, str], int]
    construct_places: Mapping[str, int]
    explained_places: Mapping[str, int]
    path_from: NDArray[np.intp]
    path_to: NDArray[np.intp]
    shared_from: NDArray[np.intp]
    shared_to: NDArray[np.intp]
    shared: NDArray[np.float64]

    @classmethod
    def of(cls, model: Model) -> Layout:
        names = model.constructs
        at = {name: place for place, name in enumerate(names)}
        sizes = [len(block) for block in model.blocks.values()]
        ends = np.cumsum(sizes)
        owner = np.repeat(np.arange(len(names)), sizes)
        leads = np.zeros((len(names), len(names)))
        path_from = np.array([at[start] for start, _end in model.paths], dtype=np.intp)
        path_to = np.array([at[end] for _start, end in model.paths], dtype=np.intp)
        leads[path_from, path_to] = 1.0
        explained = np.flatnonzero(leads.any(axis=0))
        causes = np.ascontiguousarray(leads.T)
        several = causes.sum(axis=1)[path_to] > 1
        shared_to = path_to[several]
        return cls(
            owner=owner,
            slices=tuple(slice(int(end) - size, int(end)) for end, size in zip(ends, sizes, strict=True)),
            belongs=(owner[:, None] == np.arange(len(names))).astype(np.float64),
            leads=leads,
            explained=explained,
            linked=leads + leads.T,
            causes=causes,
            among=causes[:, :, None] * causes[:, None, :],
            apart=np.eye(len(names)) * (1.0 - causes)[:, None, :],
            same=np.arange(len(names)),
            most_causes=int(causes.sum(axis=1).max()),
            regression=tuple(at[name] for name in names if model.modes[name] == "B" and len(model.blocks[name]) > 1),
            item_places={(names[block], item): place for place, (block, item) in enumerate(zip(owner.tolist(), model.items, strict=True))},
            cross_places={(name, item): place for place, (item, name) in enumerate(product(model.items, names))},
            path_places={pair: place for place, pair in enumerate(model.paths)},
            pair_places={pair: place for place, pair in enumerate(product(names, names))},
            construct_places=at,
            explained_places={names[place]: row for row, place in enumerate(explained.tolist())},
            path_from=path_from,
            path_to=path_to,
            shared_from=path_from[several],
            shared_to=shared_to,
            shared=(shared_to[:, None] == shared_to).astype(np.float64),
        )


PREFIX = {
    "Image": "IMAG",
    "Expectation": "CUEX",
    "Quality": "PERQ",
    "Value": "PERV",
    "Satisfaction": "CUSA",
    "Complaints": "CUSCO",
    "Loyalty": "CUSL",
}


def _ready(counts: Mapping[str, int], paths: str, blocks: Mapping[str, Sequence[str]] | None) -> Model:
    usual = {name: [f"{PREFIX[name]}{k + 1}" for k in range(n)] if n > 1 else [PREFIX[name]] for name, n in counts.items()}
    unknown = [name for name in blocks or {} if name not in usual]
    if unknown:
        raise BadInput(f"this model has no construct {unknown[0]!r}: it has {', '.join(usual)}; build a Model of your own for others")
    pairs = [path.split(">") for path in paths.split()]
    return Model(blocks={**usual, **(blocks or {})}, paths=[(start, end) for start, end in pairs])


def _blocks(blocks: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    if not isinstance(blocks, Mapping) or not blocks:
        raise BadInput("blocks name each construct and its items: {'Satisfaction': ['CUSA1', 'CUSA2'], …}")
    owner: dict[str, str] = {}
    read: dict[str, tuple[str, ...]] = {}
    for name, items in blocks.items():
        if not isinstance(name, str) or not name:
            raise BadInput(f"a construct's name is a word, not {name!r}")
        if isinstance(items, str):
            raise BadInput(f"the items of {name} are a list: write [{items!r}]")
        read[name] = tuple(items)
        if not read[name]:
            raise BadInput(f"block {name} is empty: give it items or leave it out")
        for item in read[name]:
            if not isinstance(item, str):
                raise BadInput(f"items are named by words; block {name} has {item!r}")
            if item in owner:
                where = f"twice in {name}" if owner[item] == name else f"in {owner[item]} and in {name}"
                raise BadInput(f"item {item} stands {where}: an item measures one construct, once")
            owner[item] = name
    return read


def _paths(paths: Iterable[tuple[str, str]], blocks: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    read: list[tuple[str, str]] = []
    for path in paths:
        pair = tuple(path)
        if isinstance(path, str) or len(pair) != 2:  # noqa: PLR2004 -- from and to
            raise BadInput(f"a path is a pair (from, to), not {path!r}")
        for name in pair:
            if name not in blocks:
                raise BadInput(f"path {pair[0]} → {pair[1]}: there is no construct {name!r}")
        if pair[0] == pair[1]:
            raise BadInput(f"{pair[0]} cannot lead to itself: take the path out")
        if pair in read:
            raise BadInput(f"path {pair[0]} → {pair[1]} is given twice")
        read.append((pair[0], pair[1]))
    for name in blocks:
        if not any(name in pair for pair in read):
            raise BadInput(f"block {name} is unconnected: no path leads to or from it; add one or leave the block out")
    circle = _circle(blocks, read)
    if circle:
        raise BadInput(f"the paths go round in a circle: {' → '.join(circle)}; take one of them out")
    return tuple(read)


def _circle(names: Iterable[str], paths: Sequence[tuple[str, str]]) -> list[str]:
    """One cycle, or nothing: constructs without an open cause are taken away until none is left."""
    left = set(names)
    while left:
        free = {name for name in left if not any(end == name and start in left for start, end in paths)}
        if not free:
            break
        left -= free
    walked: list[str] = []
    step = min(left, default="")
    while step and step not in walked:
        walked.append(step)
        step = next(start for start, end in paths if end == step and start in left)
    return [step, *walked[: walked.index(step) - 1 if walked.index(step) else None : -1]] if walked else []


def _modes(modes: Mapping[str, Mode], blocks: Mapping[str, Sequence[str]]) -> dict[str, Mode]:
    for name, mode in modes.items():
        if name not in blocks:
            raise BadInput(f"a mode is given for {name!r}, which is no construct")
        if mode not in ("A", "B"):
            raise BadInput(f"the mode of {name} is 'A' or 'B', not {mode!r}")
    return {name: modes.get(name, "A") for name in blocks}
