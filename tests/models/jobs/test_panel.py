import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import SIX, lapland, national_growth, panel_of

from amoanalysis.errors import DataError
from amoanalysis.models.jobs import panel as model
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.jobs.panel import (
    GROUPS,
    LETTERS,
    broad_sector_jobs,
    impute_missing_jobs,
    scale_to_broad_sectors,
)

pytestmark = pytest.mark.law


PLACES, YEARS = 12, 4


def by_group(jobs: np.ndarray) -> np.ndarray:
    return np.stack([jobs[..., members].sum(axis=-1) for members in GROUPS], axis=-1)


def made(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True jobs of five years, the last complete, and what postal sums find of the others.

    Support services hide half of their jobs everywhere, farms a third, and now and then an employer's whole section.
    """
    rng = np.random.default_rng(seed)
    level = rng.gamma(1.5, 60, (PLACES, 1, len(LETTERS)))
    truth = np.round(level * np.exp(np.cumsum(rng.normal(0, 0.03, (PLACES, YEARS + 1, len(LETTERS))), axis=1)))
    missing = np.full(len(LETTERS), 0.01)
    missing[[LETTERS.index(letter) for letter in "ANTX"]] = [0.3, 0.5, 0.9, 1.0]
    seen = truth[:, :-1] * (1 - missing)
    holes = rng.uniform(size=seen.shape) < 0.01
    found = np.floor(np.where(holes, 0.2 * seen, seen))
    return truth, found, truth[:, -1]


@given(st.integers(0, 50))
def test_imputed_jobs_sum_to_the_broad_sectors_and_keep_the_counted_jobs(seed):
    truth, found, complete = made(seed)
    imputed = impute_missing_jobs(found, complete, by_group(truth[:, :-1]))
    np.testing.assert_allclose(by_group(imputed.jobs), by_group(truth[:, :-1]), rtol=1e-9)
    assert (imputed.jobs >= found - 1e-9).all()


def test_imputed_jobs_are_nearer_to_the_truth_than_by_scaling():
    truth, found, complete = made(3)
    past = truth[:, :-1]
    imputed = impute_missing_jobs(found, complete, by_group(past))
    scaled = scale_to_broad_sectors(found, by_group(past))
    assert np.abs(imputed.jobs - past).sum() < 0.5 * np.abs(scaled - past).sum()


def test_standard_errors_are_of_the_size_of_the_errors():
    truth, found, complete = made(3)
    imputed = impute_missing_jobs(found, complete, by_group(truth[:, :-1]))
    unsure = imputed.standard_error > 0.5
    score = (imputed.jobs - truth[:, :-1])[unsure] / imputed.standard_error[unsure]
    assert np.mean(np.abs(score) < 1.28) > 0.7


def test_sections_with_missing_jobs_are_detected():
    truth, found, complete = made(5)
    jobs = impute_missing_jobs(found, complete, by_group(truth[:, :-1])).jobs.sum(axis=0)
    share = 1 - found.sum(axis=0) / jobs
    assert (np.abs(share[:, LETTERS.index("N")] - 0.5) < 0.1).all()
    assert (share[:, LETTERS.index("G")] < 0.1).all()


def test_counted_jobs_are_kept_where_they_exceed_the_broad_sector():
    truth, found, complete = made(1)
    broad = by_group(truth[:, :-1])
    broad[0, 0, 1] = 0.5 * by_group(found)[0, 0, 1]
    imputed = impute_missing_jobs(found, complete, broad)
    assert by_group(imputed.jobs)[0, 0, 1] == pytest.approx(by_group(found)[0, 0, 1])
    assert imputed.jobs[0, 0].sum() == pytest.approx(max(broad[0, 0].sum(), found[0, 0].sum()))


def test_a_complete_table_is_unchanged():
    truth, _, complete = made(2)
    past = truth[:, :-1]
    imputed = impute_missing_jobs(past, complete, by_group(past))
    np.testing.assert_array_equal(imputed.jobs, past)
    rounding = 0.0005 * past.sum(axis=2, keepdims=True)
    assert (imputed.standard_error < rounding).all()


def test_a_sector_without_jobs_gets_the_structure_of_all_places():
    structure = np.zeros((2, 1, len(LETTERS)))
    structure[0, 0, LETTERS.index("C")] = 30
    structure[0, 0, LETTERS.index("F")] = 10
    filled = scale_to_broad_sectors(structure, np.array([[[0.0, 40, 0, 0]], [[0.0, 8, 0, 0]]]))
    assert filled[1, 0, LETTERS.index("C")] == pytest.approx(6)
    assert filled[1, 0, LETTERS.index("F")] == pytest.approx(2)


def test_broad_sectors_sum_to_the_jobs_and_a_missing_share_is_refused():
    figures = pd.DataFrame(
        [("273", 2016, f"{name}_jobs_percent", value) for name, value in
         (("primary", 4.1), ("secondary", 9.5), ("service", 82.1))],
        columns=["place", "year", "indicator", "value"],
    )  # fmt: skip
    broad = broad_sector_jobs(figures, np.array([[1445.0]]), ["273"], [2016])
    np.testing.assert_allclose(broad[0, 0], np.array([4.1, 9.5, 82.1, 4.3]) * 14.45)
    with pytest.raises(DataError, match="273 has no jobs by broad sector in 2016"):
        broad_sector_jobs(figures.iloc[1:], np.array([[1445.0]]), ["273"], [2016])


@pytest.fixture(scope="module")
def panel(data):
    return panel_of(data)


@pytest.fixture(scope="module")
def postal(data):
    table = data.table("jobs_by_industry")
    return table[table["completeness"] == "postal_sum"].set_index(["place", "year", "industry"])["jobs"]


def cell(panel: pd.DataFrame, place: str, section: str, column: str = "jobs") -> pd.Series:
    rows = panel[(panel["place"] == place) & (panel["section"] == section)]
    return rows.set_index("year")[column]


def test_every_place_section_and_year_stands_once_from_1987_to_2023(panel, data):
    assert not panel.duplicated(["place", "year", "section"]).any()
    assert sorted(panel["year"].unique()) == list(range(1987, 2024))
    assert len(panel) == len(lapland(data)) * 37 * len(SECTIONS)
    assert (panel["jobs"] >= 0).all()
    assert (panel["uncertainty"] >= 0).all()


def test_sections_sum_to_the_known_total_of_every_place_and_year(panel, data):
    table = data.table("jobs_by_workplace")
    whole = table[(table[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    known = whole.set_index(["place", "year"])["persons"]
    sums = panel.groupby(["place", "year"])["jobs"].sum()
    both = pd.concat([sums, known], axis=1, join="inner")
    assert len(both) == 21 * 31
    np.testing.assert_allclose(both["jobs"], both["persons"], rtol=1e-9)


def test_a_complete_year_is_taken_as_it_is(panel):
    complete = panel[panel["basis"] == "complete"]
    assert set(complete["year"]) == {2017}
    assert set(complete["status"]) == {"observed"}
    assert (complete["uncertainty"] == 0).all()
    np.testing.assert_array_equal(complete["jobs"] % 1, 0)
    assert cell(panel, "261", "B")[2017] == 566


def test_status_and_basis_say_what_a_year_rests_on(panel):
    by_year = panel.groupby("year")[["status", "basis"]].agg(["nunique", "first"])
    assert (by_year[("status", "nunique")] == 1).all()
    basis = by_year[("basis", "first")]
    assert basis[[2006, 2007, 2012, 2017, 2018, 2022]].tolist() == [
        "totals", "broad_sectors", "postal_sums", "complete", "register", "register_held",
    ]  # fmt: skip
    assert set(panel["status"]) == {"observed", "scaled", "nowcast"}


def test_no_cell_holds_fewer_jobs_than_postal_sums_found(panel, postal):
    jobs = panel.set_index(["place", "year", "section"])["jobs"]
    found = postal[postal.index.get_level_values("industry").isin([*"ABCDEFGHIJKLMNOPQRS"])]
    found.index.names = ["place", "year", "section"]
    assert (jobs.reindex(found.index) >= found - 1e-9).all()


def test_kittilas_postal_sums_of_2016_are_filled_up_to_its_jobs(panel, postal):
    assert postal["261", 2016, "TOTAL"] == 3074
    assert panel[(panel["place"] == "261") & (panel["year"] == 2016)]["jobs"].sum() == pytest.approx(3378)


def test_primary_jobs_are_the_published_share(panel, data):
    figures = data.table("key_figures")
    shares = figures[figures["indicator"] == "primary_jobs_percent"].set_index(["place", "year"])["value"]
    for place in SIX:
        years = range(2007, 2012)
        total = panel[panel["place"] == place].groupby("year")["jobs"].sum()
        expected = [shares[place, year] / 100 * total[year] for year in years]
        np.testing.assert_allclose(cell(panel, place, "A")[list(years)], expected, rtol=1e-9)


def test_the_break_between_postal_sums_and_the_complete_year_is_no_growth(panel, postal):
    # Kolari's support services: 77 found in 2016, 210 counted in 2017. Lapland's: 2,914 and 5,396.
    kolari = cell(panel, "273", "N")
    assert postal["273", 2016, "N"] == 77
    assert 180 < kolari[2016] < 230
    lapland_n = panel[panel["section"] == "N"].groupby("year")["jobs"].sum()
    assert 1.0 < lapland_n[2017] / lapland_n[2016] < 1.1


def test_muonios_car_testing_is_there_before_its_postal_area_was(panel, postal):
    assert postal["498", 2012, "M"] == 24
    assert cell(panel, "498", "M")[2012] > 90
    assert cell(panel, "498", "M", "uncertainty")[2012] > 0.2


def test_mining_of_kittila_is_near_the_known_work_force(panel, data):
    mines = data.table("mines")
    own = mines[(mines["place"] == "261") & (mines["indicator"] == "own employees")].dropna(subset=["value"])
    known = own.set_index("period")["value"]
    jobs = cell(panel, "261", "B")
    for year in (2011, 2012, 2015):
        assert known[str(year)] * 0.95 < jobs[year] < 1.6 * known[str(year)]
    assert jobs[2006] < 100 < jobs[2008]


def test_uncertainty_widens_with_the_distance_from_the_complete_year(panel):
    error = panel.groupby(["year", "section"])["uncertainty"].median().unstack("section")
    for section in "CGIQ":
        assert error.loc[2017:, section].is_monotonic_increasing
        assert error.loc[[1995, 2007, 2011], section].is_monotonic_decreasing


def test_a_nowcast_meets_places_and_sections_of_all_places(panel, data):
    sums = panel.groupby(["section", "year"])["jobs"].sum().unstack("year").loc[list(SECTIONS)]
    grown = np.log(sums[2021] / sums[2017]).to_numpy() - 4 * national_growth(data)
    np.testing.assert_allclose(grown, grown[0], atol=1e-9)


def test_scale_is_jobs_per_job_of_what_the_cell_rests_on(panel, postal):
    assert cell(panel, "261", "G", "scale")[2017] == 1.0
    found = postal["261", 2015, "A"]
    assert cell(panel, "261", "A", "scale")[2015] == pytest.approx(cell(panel, "261", "A")[2015] / found)
    assert np.isnan(cell(panel, "273", "B", "scale")[2012])


def test_section_jobs_are_those_of_the_year_in_the_order_asked_for(panel):
    jobs = model.section_jobs(panel, 2021, ["273", "261"])
    assert jobs.shape == (2, len(SECTIONS))
    assert jobs[1, SECTIONS.index("B")] == cell(panel, "261", "B")[2021]
    assert model.section_errors(panel, 2017, SIX).max() == 0
    with pytest.raises(DataError, match="lacks 999 in 2021"):
        model.section_jobs(panel, 2021, ["999"])


@pytest.mark.parametrize(
    ("name", "keep", "match"),
    [
        ("jobs_by_industry", "completeness != 'complete'", "has no years that are 'complete' for every place"),
        ("jobs_by_industry", "place != '273' or year != 2014", "'postal_sum' for 273"),
        ("key_figures", "place != '498'", "498 has no jobs by broad sector in 2012"),
        ("jobs_by_workplace", "place != '047' or year != 1999", "1999 are missing for 047"),
    ],
)
def test_a_table_that_lacks_rows_is_told(data, name, keep, match):
    with pytest.raises(DataError, match=match):
        panel_of(data, **{name: data.table(name).query(keep)})
