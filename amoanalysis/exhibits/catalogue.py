"""List of all exhibits by theme, in the order in which they are shown."""

from amoanalysis.errors import unknown_name_error
from amoanalysis.exhibits.attractiveness import attraction, gravity_residuals, migration, return_migration
from amoanalysis.exhibits.builder import ExhibitSpec
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.evidence import backtest_charts, programme
from amoanalysis.exhibits.foresight import demand, projects, published, value_of_information, who_fills
from amoanalysis.exhibits.labour import labour_market, months, population
from amoanalysis.exhibits.training import education, openings, places

EXHIBITS: tuple[ExhibitSpec, ...] = (
    population.population_fan,
    population.dependency_ratio,
    labour_market.labour_force_fan,
    labour_market.labour_balance,
    labour_market.jobs_fan,
    labour_market.jobs_by_industry,
    labour_market.commuting_bars,
    months.unemployment_heat,
    months.months_compared,
    months.unemployment_by_month,
    months.region_heat,
    months.unemployment_map,
    labour_market.commuting_map,
    labour_market.gap_heat,
    population.official_projections,
    months.nights_by_month,
    months.jobs_by_month,
    demand.shift_share,
    demand.multipliers_compared,
    population.population_pyramid,
    education.training_age_fan,
    education.education_of_workers,
    education.education_ahead,
    openings.openings_by_occupation,
    openings.occupation_gap,
    openings.skills_competition,
    openings.occupation_ages,
    places.training_places,
    places.training_starts,
    places.training_supply_map,
    places.training_supply_table,
    education.beveridge_curve,
    education.vacancy_signals,
    population.population_path,
    migration.population_change_components,
    migration.municipality_map,
    migration.leavers_by_town,
    migration.migration_balance,
    migration.migration_by_partner,
    migration.migration_by_age,
    migration.migration_map,
    gravity_residuals.gravity_residuals,
    return_migration.leavers_map,
    return_migration.return_rates,
    return_migration.recruitment_towns,
    return_migration.tour_compared,
    return_migration.campaign_effect,
    return_migration.cost_per_returner,
    attraction.attraction_index,
    attraction.attraction_ranks,
    attraction.housing,
    attraction.unregistered_residents,
    attraction.owners_without_successor,
    projects.mine_timeline,
    projects.project_effects,
    demand.jobs_by_industry_scenarios,
    demand.tornado,
    projects.project_timeline,
    published.studies_beside_ours,
    who_fills.who_fills_the_jobs,
    who_fills.tourism_nights,
    who_fills.scenario_compare_jobs,
    value_of_information.survey_worth,
    value_of_information.tornado_outcomes,
    backtest_charts.backtest_coverage,
    backtest_charts.backtest_horizons,
    backtest_charts.backtest_errors,
    backtest_charts.backtest_pit,
    backtest_charts.forecast_of_2008,
    programme.programme_funding,
)


def get_exhibit(name: str) -> ExhibitSpec:
    """The specification of an exhibit.

    Raises:
        UserError: if the id is unknown; the message suggests the nearest.
    """
    by_id = {spec.id: spec for spec in EXHIBITS}
    if name not in by_id:
        raise unknown_name_error("exhibit", name, by_id)
    return by_id[name]


def list_exhibit_ids(theme: str | None = None) -> list[str]:
    """Ids of all exhibits or of those of a theme, in order.

    Raises:
        UserError: if the theme is unknown.
    """
    if theme is not None and theme not in THEMES:
        raise unknown_name_error("theme", theme, THEMES)
    return [spec.id for spec in EXHIBITS if theme in (None, spec.theme)]
