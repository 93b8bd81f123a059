"""Drivers: what moves overall satisfaction, by how much, and in which way.

from kexin.measures import drivers
drivers.penalty_reward(overall, items, low=6, high=9)   # what annoys when poor, what delights when good
drivers.shapley(overall, items)                         # shares of R², averaged over orders
drivers.relative_weights(overall, items)                # the same by Johnson's weights, instantly
drivers.importance_performance(importance, performance) # what to do first
"""

from kexin.measures.drivers.contrast import Contrast, Contrasts, penalty_reward
from kexin.measures.drivers.quadrants import Place, Quadrants, importance_performance
from kexin.measures.drivers.shares import (
    Driver,
    Drivers,
    relative_weights,
    relative_weights_of_covariance,
    shapley,
    shapley_of_covariance,
)

__all__ = [
    "Contrast",
    "Contrasts",
    "Driver",
    "Drivers",
    "Place",
    "Quadrants",
    "importance_performance",
    "penalty_reward",
    "relative_weights",
    "relative_weights_of_covariance",
    "shapley",
    "shapley_of_covariance",
]
