"""Scores people use: recommendation (NPS), satisfaction (CSAT), effort (CES), top box and means, each with n, interval and margin.

from kexin.measures import scores

scores.net_promoter(ratings).score
"""

from kexin.measures.scores.differences import Difference, difference, holm, paired_difference
from kexin.measures.scores.groups import GroupScores, by_group
from kexin.measures.scores.intervals import mean_interval, net_interval, share_interval
from kexin.measures.scores.single import Effort, Score, effort, mean, net_promoter, net_promoter_from_counts, satisfied, top_box

__all__ = [
    "Difference",
    "Effort",
    "GroupScores",
    "Score",
    "by_group",
    "difference",
    "effort",
    "holm",
    "mean",
    "mean_interval",
    "net_interval",
    "net_promoter",
    "net_promoter_from_counts",
    "paired_difference",
    "satisfied",
    "share_interval",
    "top_box",
]
