import re
from collections.abc import Callable

import pytest

from amoanalysis.config.text import LANGUAGES
from amoanalysis.exhibits import reference_tables as reading
from amoanalysis.exhibits.attractiveness import out_migrants
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.foresight.published import published_studies
from amoanalysis.exhibits.view import PlaceView

pytestmark = pytest.mark.law
READ: dict[str, Callable[[PlaceView], Exhibit]] = {
    "towns": reading.towns,
    "openings": lambda view: reading.openings(view, 2035),
    "costs": reading.costs,
    "interest": lambda view: reading.interest(view, {"02.6": 60, "04.1": 20}, 2035),
    "hannukainen_areas": reading.project_areas,
    "hannukainen_studies": reading.project_studies,
    "tourism": reading.tourism,
    "mine": reading.mine,
    "mine_staff": reading.mine_staff,
}


@pytest.mark.parametrize("name", READ)
def test_a_table_to_be_read_has_its_finding_headings_and_source_in_every_language(kolari: PlaceView, name: str) -> None:
    shown = [READ[name](kolari.at("region", lang)) for lang in LANGUAGES]
    assert len({one.title for one in shown}) == len(LANGUAGES)
    for one in shown:
        assert set(one.options["headings"]) == set(one.data.columns)
        assert one.sources
        assert not re.search(r"[{}]|nan", f"{one.title} {one.subtitle} {one.note}")


def test_the_towns_are_those_of_the_ranking(kolari: PlaceView) -> None:
    shown, found = reading.towns(kolari), out_migrants.tabulate_towns(kolari)
    assert shown.data["town"].tolist() == found["town"].tolist()
    assert all(town in shown.title for town in found["town"].head(3))
    assert "," in shown.data["returners_band"].iloc[0]


def test_openings_of_all_occupations_are_in_the_last_row(kolari: PlaceView) -> None:
    data = reading.openings(kolari, 2035).data
    assert data["openings"].iloc[:-1].sum() == pytest.approx(data["openings"].iloc[-1])
    assert data["openings"].iloc[:-1].is_monotonic_decreasing


def test_the_mine_is_told_of_as_it_was(kolari: PlaceView) -> None:
    data = reading.mine_staff(kolari.at("kittila")).data.set_index("year")
    assert data.loc["2021", ["own", "contractors"]].tolist() == ["500", "600"]
    assert data.loc["2010", ["own", "contractors"]].tolist() == ["yli 330", "yli 200"]
    assert data.loc["2019", "contractors"] == "500–700"
    assert data.loc["2012", "contractors"] == "ei tietoa"


def test_the_scenario_that_changes_most_is_named(kolari: PlaceView) -> None:
    view = kolari.at("region", "en").under("hannukainen", "tourism_growth")
    shown = reading.scenarios(view, 2030, 2040)
    assert shown.data["scenario"].tolist() == [run.scenario.title_in("en") for run in view.others]
    assert any(name in shown.title for name in shown.data["scenario"])


def test_published_figures_stand_beside_ours(kolari: PlaceView) -> None:
    data = reading.tourism(kolari).data
    assert data["published"].tolist() == [row.published for row in published_studies(kolari).compare_tourism()]
