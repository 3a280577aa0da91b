"""Sections on attractiveness: leavers, a campaign that asks them back, what attracts, and who takes over firms."""

from amoanalysis.assumptions.assumption import Assumption, Strict


class LeaversAssumptions(Strict):
    """Where those who left live now: what the counts of moves do not say."""

    returner_share: Assumption
    newcomers_leave_again: Assumption
    onward_mobility: Assumption
    onward_to_size: Assumption


class ReturnCampaignAssumptions(Strict):
    """A campaign that asks leavers of 25-50 to return, and its tours; it runs only where `years` is above nought."""

    reach: Assumption
    response: Assumption
    start: Assumption
    years: Assumption
    delay: Assumption
    family_per_returner: Assumption
    coupled: Assumption
    spouse_work: Assumption
    office_cost: Assumption
    cost_per_reached: Assumption
    catchment_km: Assumption
    visit_cost: Assumption
    tour_cost: Assumption
    travel_cost_per_km: Assumption
    road_detour: Assumption
    worth_of_returner: Assumption


class AttractionAssumptions(Strict):
    """What counts how much in the index of attraction."""

    weights: dict[str, Assumption]
    unregistered_per_holiday_home: Assumption


class FirmsAssumptions(Strict):
    """Owners of firms who will retire."""

    owners_per_job: dict[str, Assumption]
    older_than_staff: Assumption
    without_successor: Assumption
    jobs_per_owner: Assumption
