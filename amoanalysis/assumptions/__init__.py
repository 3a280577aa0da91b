"""Assumptions with their intervals and sources, as declared in `assumptions.toml`; events in scenarios."""

from amoanalysis.assumptions.assumption import Assumption, Strict, is_assumption, listed, with_paths
from amoanalysis.assumptions.events import Event
from amoanalysis.assumptions.returning import (
    AttractionAssumptions,
    FirmsAssumptions,
    LeaversAssumptions,
    ReturnCampaignAssumptions,
)
from amoanalysis.assumptions.sections import (
    Assumptions,
    BalanceAssumptions,
    JobsAssumptions,
    LabourForceAssumptions,
    MultiplierAssumptions,
    OccupationAssumptions,
    PopulationAssumptions,
    ProjectsAssumptions,
    TourismAssumptions,
    TrainingAssumptions,
)

__all__ = [
    "Assumption",
    "Assumptions",
    "AttractionAssumptions",
    "BalanceAssumptions",
    "Event",
    "FirmsAssumptions",
    "JobsAssumptions",
    "LabourForceAssumptions",
    "LeaversAssumptions",
    "MultiplierAssumptions",
    "OccupationAssumptions",
    "PopulationAssumptions",
    "ProjectsAssumptions",
    "ReturnCampaignAssumptions",
    "Strict",
    "TourismAssumptions",
    "TrainingAssumptions",
    "is_assumption",
    "listed",
    "with_paths",
]
