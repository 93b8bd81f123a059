"""Gaps: what was expected, what was received, what it was worth, and what moved the expectation.

from kexin.measures import gaps

gaps.servqual(expected, received, items=names, dimensions={"reliability": ["q1", "q2"]})
"""

from kexin.measures.gaps.basic import BasicExpectations, basic_expectations
from kexin.measures.gaps.expectation import Influence, Shift, what_moved
from kexin.measures.gaps.servqual import Gap, Servqual, servqual
from kexin.measures.gaps.states import States, states
from kexin.measures.gaps.value import DeliveredValue, StageEffort, delivered_value, effort_by_stage

__all__ = [
    "BasicExpectations",
    "DeliveredValue",
    "Gap",
    "Influence",
    "Servqual",
    "Shift",
    "StageEffort",
    "States",
    "basic_expectations",
    "delivered_value",
    "effort_by_stage",
    "servqual",
    "states",
    "what_moved",
]
