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
    PopulationAssumptions,
    ProjectsAssumptions,
    TourismAssumptions,
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
    "PopulationAssumptions",
    "ProjectsAssumptions",
    "ReturnCampaignAssumptions",
    "Strict",
    "TourismAssumptions",
    "is_assumption",
    "listed",
    "with_paths",
]
