import pytest

from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.exhibits.builder import exhibit
from amoanalysis.exhibits.view import PlaceView, open_place

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"place": "Kolarri"}, "Kolari"),
        ({"place": "Rovaniemi"}, "Rovaniemi is not forecast"),
        ({"lang": "de"}, "language"),
        ({"scenarios": ("hanukainen",)}, "hannukainen"),
        ({"scenarios": ()}, "No scenario"),
    ],
)
def test_words_that_are_off_are_refused_at_once(tables: Data, asked: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        open_place(**{"data": tables, **asked})  # type: ignore[arg-type]


def test_nothing_is_run_before_it_is_needed(tables: Data) -> None:
    view = open_place("Muonio", data=tables)
    assert view.exhibits("labour")
    assert not view.runs._found
    assert view.runs.draws == 1000


def test_the_environment_sets_the_size_of_the_run(tables: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AMO_DRAWS", "12"), ("AMO_UNTIL", "2035"), ("AMO_SEED", "7")):
        monkeypatch.setenv(name, value)
    runs = open_place(data=tables).runs
    assert (runs.draws, runs.until, runs.seed) == (12, 2035, 7)
    assert open_place(data=tables, draws=5).runs.draws == 5
    monkeypatch.setenv("AMO_DRAWS", "many")
    with pytest.raises(UserError, match="AMO_DRAWS is 'many'"):
        open_place(data=tables)


def test_unknown_exhibits_and_themes_name_the_nearest(kolari: PlaceView) -> None:
    with pytest.raises(UserError, match="did you mean 'population_fan'"):
        kolari.show("population_fans")
    with pytest.raises(UserError, match="did you mean 'training'"):
        kolari.exhibits("trainings")
    with pytest.raises(UserError, match="did you mean 'labour'"):
        exhibit("new_one", theme="labor", form="fan")


def test_views_of_other_places_share_the_forecasts(kolari: PlaceView) -> None:
    other = kolari.at("Kittilä", "en")
    assert (other.place.code, other.lang) == ("261", "en")
    assert other.forecast is kolari.forecast
    with pytest.raises(UserError, match="not forecast"):
        kolari.at("Inari")


def test_scenarios_that_are_named_are_the_ones_compared(kolari: PlaceView, tables: Data) -> None:
    named = PlaceView(kolari.place, "en", ("baseline", "tourism_growth"), kolari.runs)
    assert named.show("scenario_compare_jobs").data["category"].tolist() == ["Tourism grows"]
    assert "Tourism grows" in named.show("who_fills_the_jobs").title
    alone = PlaceView(kolari.place, "en", ("hannukainen",), kolari.runs)
    assert alone.forecast.scenario.name == "hannukainen"
    assert alone.baseline.scenario.name == "baseline"
    assert "Hannukainen opens" in alone.show("population_fan").subtitle


def test_a_title_changes_with_the_numbers(kolari: PlaceView) -> None:
    titles = {place: kolari.at(place, "en").show("population_fan").title for place in ("pello", "kittila")}
    assert "falls" in titles["pello"]
    assert "grow" in titles["kittila"]


def test_a_place_is_seen_under_other_scenarios_without_running_any_again(kolari: PlaceView) -> None:
    shock = kolari.under("tourism_shock")
    assert shock.runs is kolari.runs
    assert shock.forecast.scenario.name == "tourism_shock"
    with pytest.raises(UserError, match="did you mean 'tourism_shock'"):
        kolari.under("tourism_shok")
    with pytest.raises(UserError, match="No scenario is named"):
        kolari.under()
