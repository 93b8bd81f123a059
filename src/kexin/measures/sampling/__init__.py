"""Sampling: how many to ask, how to weight who answered, and whether they can be trusted.

from kexin.measures import sampling

sampling.size_for_share(0.05, population=1000).n
"""

from kexin.measures.answers import effective_n
from kexin.measures.sampling.attention import Speeding, StraightLining, speeding, straight_lining
from kexin.measures.sampling.response import Disposition, NonResponse, ResponseRates, non_response, response_rates
from kexin.measures.sampling.sizes import Allocation, SampleSize, allocate, size_for_mean, size_for_net_promoter, size_for_share
from kexin.measures.sampling.weighting import Weights, cell_weights, design_effect, rake

__all__ = [
    "Allocation",
    "Disposition",
    "NonResponse",
    "ResponseRates",
    "SampleSize",
    "Speeding",
    "StraightLining",
    "Weights",
    "allocate",
    "cell_weights",
    "design_effect",
    "effective_n",
    "non_response",
    "rake",
    "response_rates",
    "size_for_mean",
    "size_for_net_promoter",
    "size_for_share",
    "speeding",
    "straight_lining",
]
