"""The public API: complete, documented, quick to import, and in plain words where a name is wrong."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import amoanalysis as amo
from amoanalysis.errors import ShapeError, UserError
from amoanalysis.models.components import no_net_migration
from amoanalysis.models.population.migration_levels import NetRates
from amoanalysis.results.measures import MEASURES
from amoanalysis.results.write import write_forecasts

ROOT = Path(__file__).parents[1]


@pytest.mark.unit
def test_public_names_are_complete_and_documented() -> None:
    assert set(dir(amo)) == set(amo.__all__)
    assert not [name for name in amo.__all__ if name != "__version__" and not getattr(amo, name).__doc__]
    stub = ast.parse((ROOT / "amoanalysis" / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {alias.asname for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == set(amo.__all__)
    with pytest.raises(AttributeError, match="no attribute 'forcast'"):
        amo.forcast  # noqa: B018


@pytest.mark.unit
def test_no_folder_of_the_package_hides_a_public_function() -> None:
    folders = {path.parent.name for path in (ROOT / "amoanalysis").glob("*/__init__.py")}
    assert folders & set(amo.__all__) == {"plot"}


@pytest.mark.unit
def test_importing_loads_no_heavy_library() -> None:
    code = (
        "import sys, amoanalysis; print([n for n in ('numpy', 'pandas', 'matplotlib', 'xarray') if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.unit
@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_every_measure_is_described_in_each_language(lang: str) -> None:
    for name in MEASURES:
        found = amo.describe(name, lang)
        assert all((found.title, found.definition, found.unit, found.source, found.enters)), name
    assert list(amo.describe(lang=lang)["measure"]) == list(MEASURES)
    with pytest.raises(UserError, match="did you mean 'labour_demand'"):
        amo.describe("labor_demand", lang)


@pytest.mark.unit
def test_an_assumption_is_described_with_its_interval() -> None:
    found = amo.describe("tourism.growth")
    assert found.values is not None and found.values[1] < found.values[0] < found.values[2]
    assert "80 % interval" in str(found)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: amo.forecast("hannukanen", draws=2), "did you mean 'hannukainen'"),
        (lambda: amo.scenario("basline"), "did you mean 'baseline'"),
        (lambda: amo.open_place("Kolar"), "did you mean 'Kolari'"),
        (lambda: amo.backtest(measures=["populatio"]), "did you mean 'population'"),
        (lambda: amo.backtest(measures="population"), r"give a list"),
        (lambda: amo.load_data("nowhere"), "nowhere"),
        (lambda: amo.forecast(draws=0), "draws 0"),
    ],
)
def test_a_wrong_name_gets_one_sentence(call, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.unit
def test_a_component_of_wrong_shape_is_refused() -> None:
    def wrong(levels, assumptions, draws, jump_off, years) -> NetRates:
        return NetRates(np.zeros(3), np.zeros(3))

    with pytest.raises(ShapeError, match=r"migration component gave an array of shape \(3,\)"):
        amo.forecast(migration=wrong, draws=20, until=2025)


@pytest.mark.slow
def test_a_replaced_component_changes_the_forecast_and_the_default_equals_no_replacement() -> None:
    default, same, closed = (
        amo.forecast(draws=30, until=2030, migration=model)
        for model in (None, amo.forecast.__globals__["Components"]().migration, no_net_migration)
    )
    for name, array in default.arrays.items():
        np.testing.assert_array_equal(array, same.arrays[name], err_msg=name)
    # Kittilä grows by migration.
    assert (closed.values("population", "Kittilä")[-1] < default.values("population", "Kittilä")[-1]).mean() > 0.9


@pytest.mark.slow
def test_a_bad_migration_model_scores_worse_on_the_same_cases() -> None:
    found = amo.backtest(migration=no_net_migration, origins=[2004, 2009, 2012], measures=["population"], draws=40)
    table = found.table(horizons=(5,)).iloc[0]
    assert table["error_replaced"] > table["error_default"]
    assert table["coverage_replaced"] < table["coverage_default"]
    assert (found.replaced.cases["actual"] == found.default.cases["actual"]).all()


@pytest.mark.slow
def test_a_run_is_repeated_and_changed_data_is_named(data, tmp_path: Path) -> None:
    late = amo.scenario("hannukainen").set("events.hannukainen.start", 2035, low=2034, high=2038, why="appeal")
    write_forecasts([amo.forecast(late, draws=20, until=2030)], tmp_path / "first", data.folder, ["273"])
    manifest = tmp_path / "first" / "manifest.json"
    assert amo.repeat_forecast(manifest, tmp_path / "again").equal
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["data"]["tables/population.csv"] = "0" * 64
    manifest.write_text(json.dumps(record | {"seed": 1}), encoding="utf-8")
    found = amo.repeat_forecast(manifest, tmp_path / "other")
    assert not found.equal and found.changed_data == ("tables/population.csv",) and found.differing_rows
    assert "tables/population.csv" in str(found)
    with pytest.raises(UserError, match="choose another folder"):
        amo.repeat_forecast(manifest, tmp_path / "first")
