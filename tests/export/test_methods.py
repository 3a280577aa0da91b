"""The method pages: links exist, and quoted figures are those of the model."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.exhibits.view import open_place
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force.unemployment import monthly_shares, yearly_means
from amoanalysis.models.population.mortality import life_expectancy
from amoanalysis.models.projects.multipliers import direct_requirements, leontief_inverse
from amoanalysis.pipeline.inputs.occupations import occupation_base
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare
from amoanalysis.pipeline.inputs.vital_rates import smoothed_death_rates
from amoanalysis.pipeline.occupation_outlook import compute_outlook
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.forecast import Forecast

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"
OURS = ("population", "labour_force", "labour_demand", "balance", "uncertainty", "data", "training", "attractiveness")
# The pages quote runs of 1,000 draws; runs of this number differ by a few per cent.
DRAWS = 200
CLOSE = 0.04
CODES = {"Kittilä": "261", "Kolari": "273", "Pello": "854", "Ylitornio": "976", "Tunturi-Lappi": "SK196"}


def quoted() -> dict[str, float]:
    """The figures in the column "here" of all tables of checks, by what they measure."""
    found = {}
    for name in OURS:
        for line in (DOCS / f"{name}.md").read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("|") and len(cells) == 4 and re.fullmatch(r"[\d,.]+", cells[2]):
                found[cells[0]] = float(cells[2].replace(",", ""))
    return found


@pytest.fixture(scope="module")
def computed() -> dict[str, float]:
    data = Data(data_folder())
    inputs = prepare(data)
    runs = {
        name: forecast(inputs, load_scenario(name, data.folder), data.places, draws=DRAWS)
        for name in ("baseline", "hannukainen")
    }
    account = inputs.account.frame.query("year == 2017").set_index("place")["labour_force"]
    factor = dict(zip(inputs.codes, inputs.participation_factor, strict=True))
    women, men = life_expectancy(smoothed_death_rates(data, "MK19")[0])
    return {
        "Life expectancy of women, Lapland, mean of 2018-2025": float(women),
        "Life expectancy of men, Lapland, mean of 2018-2025": float(men),
        "Labour force of Kittilä 2017": float(account["261"]),
        "Labour force of Kolari 2017": float(account["273"]),
        "Factor of Kittilä (1 = takes part as Finland does)": float(factor["261"]),
        "Factor of Ylitornio (1 = takes part as Finland does)": float(factor["976"]),
        **unemployment_figures(data, inputs),
        **{
            f"Population of {name} 2040, projection of 2019": median(runs["baseline"], "population", CODES[name], 2040)
            for name in ("Kittilä", "Kolari", "Pello", "Ylitornio")
        },
        **{
            f"Person-years of tourism in {name}": median(runs["baseline"], "tourism_jobs", CODES[name], 2023)
            for name in ("Kittilä", "Tunturi-Lappi")
        },
        **multipliers(data),
        **hannukainen_figures(runs),
        **training_figures(data, inputs, runs["baseline"]),
        **out_migrant_figures(data),
    }


def unemployment_figures(data: Data, inputs: Inputs) -> dict[str, float]:
    muonio, kolari = (inputs.codes.index(code) for code in ("498", "273"))
    profile = inputs.unemployment.season.profile[muonio]
    yearly = yearly_means(monthly_shares(data.table("labour_market_monthly")))
    return {
        "Unemployment of Muonio in May per that in November": float(profile[4] / profile[10]),
        "Lowest yearly unemployment of Kolari, %, 2006-2022": 100 * float(yearly["273"].min()),
        "Response of Kolari to the common cycle": float(inputs.unemployment.response[kolari]),
    }


def median(run: Forecast, measure: str, place: str, year: int) -> float:
    return float(np.median(run.values(measure, place)[run.years.index(year)]))


def out_migrant_figures(data: Data) -> dict[str, float]:
    flows, facts = data.table("migration_flows"), open_place("region", data=data).facts
    moves = flows[flows["year"] <= 2017].groupby("direction")["migrants"].sum()
    quoted_facts = {
        "Leavers of 25-50 of the region, 2018": "leavers",
        "Yearly return of leavers of 25-50, region, per cent, 2014-2018": "return_rate",
        "Deviance of moves 2014-2017 explained by the gravity model, per cent": "gravity_model",
        "The same with the earlier moves of the pair, per cent": "gravity_tie",
        "The same by the pair's mean of 2006-2013, per cent": "gravity_constant",
    }
    return {
        "Moves into the six, sum of flows 1990-2017": float(moves["in"]),
        "Moves out of the six, sum of flows 1990-2017": float(moves["out"]),
        **{what: float(facts[name]) for what, name in quoted_facts.items()},
    }


def multipliers(data: Data) -> dict[str, float]:
    industries = data.concordance("io_industries")["code"].tolist()
    requirements, output = direct_requirements(data.table("input_output_2014"), industries)
    type_1 = leontief_inverse(requirements).sum(axis=0)
    return {
        "Type I output multiplier of Lapland 2014, weighted by output": float(type_1 @ output / output.sum()),
        "Type I output multiplier of mining in Lapland 2014": float(type_1[industries.index("05_09")]),
    }


def hannukainen_figures(runs: Mapping[str, Forecast]) -> dict[str, float]:
    base, mine = runs["baseline"], runs["hannukainen"]

    def more(measure: str, place: str) -> np.ndarray:
        return (mine.values(measure, place) - base.values(measure, place)).mean(axis=1)

    last, since = mine.years.index(2040), mine.years.index(2031)
    return {
        "Operating jobs of Hannukainen, own and contractors, 2040": float(more("project_jobs", "273")[last]),
        "More jobs in the region with Hannukainen, mean of 2031-2040": float(more("jobs", "region")[since:].mean()),
        "More in-commuters per additional job in Kolari, 2040": float(
            more("in_commuters", "273")[last] / more("jobs", "273")[last]
        ),
    }


def training_figures(data: Data, inputs: Inputs, run: Forecast) -> dict[str, float]:
    base = occupation_base(data, inputs)
    rates = dict(zip(SECTIONS, 100 * base.exit_rates, strict=True))
    found = compute_outlook(run, base, "region")
    replacement = found.split_openings(2035)[1].sum(axis=1)
    return {
        "Exits of hotels and restaurants, % of workers a year": rates["I"],
        "Exits of health and care, % of workers a year": rates["Q"],
        "Machine operators among workers of metal-ore mines, %": 100
        * float(base.shares[0, SECTIONS.index("B"), base.codes.index("02.6")]),
        "Jobseekers of Lapland with an occupation group, %": 100 * base.seekers.coverage,
        "Openings of the region 2025-2035 that replace, baseline": float(replacement.mean()),
    }


def test_every_quoted_figure_is_recomputed(computed: dict[str, float]) -> None:
    assert set(quoted()) == set(computed)


@pytest.mark.parametrize("what", sorted(quoted()))
def test_a_quoted_figure_is_that_of_the_model(computed: dict[str, float], what: str) -> None:
    assert computed[what] == pytest.approx(quoted()[what], rel=CLOSE)


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_its_links_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).is_file(), target
