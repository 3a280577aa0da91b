"""Overnight stays and the work that they give."""

from collections.abc import Mapping

import numpy as np

from amoanalysis.assumptions import Assumption, TourismAssumptions
from amoanalysis.models.draws import Array, Draws, persistent
from amoanalysis.models.season import longer_season

# A season of another length is reached evenly over this many years.
SEASON_YEARS = 5
# The year whose stays the assumptions give, and that the level of the jump-off year is relative to.
ANCHOR_YEAR = 2019


def nights(assumptions: TourismAssumptions, draws: Draws, places: list[str], jump_off: int, years: range) -> Array:
    """Registered overnight stays of each place.

    nights[t] = nights in the anchor year x level in the jump-off year x exp(sum of damped growth + shock[t])

    Args:
        assumptions: anchors by place, growth, shocks.
        draws: block of draws.
        places: municipality codes; a place without an anchor has no stays.
        jump_off: year before the first forecast year.
        years: from the jump-off year on.

    Returns:
        (year, draw, place), nights a year, the jump-off year first.
    """
    anchor = np.stack([_sampled(draws, assumptions, place) for place in places], axis=1)
    level = draws.sample(assumptions.level_in_jump_off_year)[:, None]
    steps = np.array([year - jump_off for year in years], dtype=np.float64)
    growth = draws.sample(assumptions.growth)[:, None]
    damping = draws.sample(assumptions.growth_damping)[:, None]
    common = growth * _damped_years(damping, steps)
    shock = _shock(assumptions, draws, len(places), jump_off, years)
    extra = _extra_growth(assumptions, draws, places, steps)
    stays = anchor[None] * level[None] * np.exp(common.T[:, :, None] + extra + shock)
    return stays * _season(assumptions, draws, steps)[:, :, None]


def with_measured(assumptions: TourismAssumptions, measured: Mapping[str, float]) -> TourismAssumptions:
    """The assumptions with measured stays of the anchor year in the place of estimated ones.

    Args:
        assumptions: anchors by place.
        measured: nights of the anchor year by place, where every month of it is known.
    """
    nights = {
        place: Assumption(
            value=total,
            low=total,
            high=total,
            unit="nights a year",
            source="accommodation_monthly",
            why=f"The twelve months of {ANCHOR_YEAR}, as registered.",
            path=f"tourism.nights.{place}",
        )
        for place, total in measured.items()
    }
    return assumptions.model_copy(update={"nights": {**assumptions.nights, **nights}})


def jobs_per_night(assumptions: TourismAssumptions, draws: Draws, places: list[str]) -> Array:
    """Person-years of tourism work per registered night.

    Returns:
        (draw, place), person-years a night; zero where none is assumed.
    """
    rates = [
        draws.sample(assumptions.jobs_per_1000_nights[place]) / 1000
        if place in assumptions.jobs_per_1000_nights
        else np.zeros(draws.count)
        for place in places
    ]
    return np.stack(rates, axis=1)


def outside_share(assumptions: TourismAssumptions, draws: Draws) -> Array:
    """Share of new tourism work that seasonal workers from outside do: (draw,), (1 - permanent) x their share."""
    return (1 - draws.sample(assumptions.permanent_share)) * draws.sample(assumptions.outside_share_of_seasonal)


def sector_split(assumptions: TourismAssumptions, draws: Draws, sections: tuple[str, ...]) -> Array:
    """Sections in which tourism's work stands: (draw, section), each draw sums to 1."""
    none = np.zeros(draws.count)
    shares = [draws.sample(assumptions.split[code]) if code in assumptions.split else none for code in sections]
    split = np.stack(shares, axis=1)
    return split / np.maximum(split.sum(axis=1, keepdims=True), 1e-9)


def _sampled(draws: Draws, assumptions: TourismAssumptions, place: str) -> Array:
    anchor = assumptions.nights.get(place)
    return np.zeros(draws.count) if anchor is None else draws.sample(anchor)


def _damped_years(damping: Array, steps: Array) -> Array:
    """Years of full growth that damped growth amounts to: 1 + d + d^2 + ... (draw, year)."""
    powers = damping ** np.maximum(steps, 0)[None, :]
    return np.asarray((1 - powers) / np.maximum(1 - damping, 1e-9), dtype=np.float64)


def _season(assumptions: TourismAssumptions, draws: Draws, steps: Array) -> Array:
    """What another length of the season makes of stays and work, reached evenly over some years: (year, draw)."""
    permanent, length = draws.sample(assumptions.permanent_share), draws.sample(assumptions.season_length)
    reached = np.clip(steps / SEASON_YEARS, 0.0, 1.0)[:, None]
    return 1 + reached * (longer_season(permanent, length)[None] - 1)


def _shock(assumptions: TourismAssumptions, draws: Draws, places: int, jump_off: int, years: range) -> Array:
    """Half of the variance shared by all places, half their own; none in the jump-off year."""
    spread = draws.sample(assumptions.shock) * np.sqrt(0.5)
    persistence = draws.sample(assumptions.persistence)
    ahead = range(jump_off + 1, years.stop)
    shared = persistent(draws, "tourism:shared", ahead, 1, persistence, spread)
    local = persistent(draws, "tourism:local", ahead, places, persistence, spread)
    return np.concatenate([np.zeros((1, draws.count, places)), shared + local])


def _extra_growth(assumptions: TourismAssumptions, draws: Draws, places: list[str], steps: Array) -> Array:
    """Growth that a scenario gives to a place beyond that of all, undamped, (year, draw, place) in log points."""
    rates = [
        draws.sample(assumptions.extra_growth[place]) if place in assumptions.extra_growth else np.zeros(draws.count)
        for place in places
    ]
    return steps[:, None, None] * np.stack(rates, axis=1)[None]
