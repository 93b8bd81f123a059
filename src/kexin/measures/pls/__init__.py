"""PLS path modelling: satisfaction, what leads to it and what it leads to, from a questionnaire's items.

stats = pls.moments(answers, items=names)
result = pls.fit(stats, pls.Model.ecsi())
pls.index(result, low=1, high=10)["Satisfaction"]
"""

from kexin.measures.pls.assess import Assessment, assess
from kexin.measures.pls.blindfolding import Blindfolded, blindfold
from kexin.measures.pls.bootstrap import Bootstrap, bootstrap
from kexin.measures.pls.compare import Comparison, Difference, Pair, benjamini_hochberg, compare
from kexin.measures.pls.discrepancy import Discrepancy, ExactFit, exact_fit
from kexin.measures.pls.discriminant import Discriminant, discriminant
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, fit
from kexin.measures.pls.higher_order import HigherOrder, higher_order
from kexin.measures.pls.importance import ImportancePerformance, Standing, importance_performance
from kexin.measures.pls.index import Index, index
from kexin.measures.pls.invariance import Invariance, Same, invariance
from kexin.measures.pls.mediation import Mediation, mediation
from kexin.measures.pls.model import Model
from kexin.measures.pls.moderation import Moderation, moderation
from kexin.measures.pls.moments import Moments, moments
from kexin.measures.pls.prediction import Prediction, PredictionErrors, predict
from kexin.measures.pls.scores import scores
from kexin.measures.pls.table import Table
from kexin.measures.pls.uncertainty import Estimate, Estimates

__all__ = [
    "Assessment",
    "Blindfolded",
    "Bootstrap",
    "Comparison",
    "Difference",
    "Discrepancy",
    "Discriminant",
    "Estimate",
    "Estimates",
    "ExactFit",
    "Fit",
    "HigherOrder",
    "ImportancePerformance",
    "Index",
    "Invariance",
    "Mediation",
    "Model",
    "Moderation",
    "Moments",
    "Note",
    "Pair",
    "Prediction",
    "PredictionErrors",
    "Same",
    "Standing",
    "Table",
    "assess",
    "benjamini_hochberg",
    "blindfold",
    "bootstrap",
    "compare",
    "discriminant",
    "exact_fit",
    "fit",
    "higher_order",
    "importance_performance",
    "index",
    "invariance",
    "mediation",
    "moderation",
    "moments",
    "predict",
    "scores",
]
