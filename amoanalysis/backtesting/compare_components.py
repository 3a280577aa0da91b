"""Scores replaced components beside the default ones, on the same random numbers and the same cases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from amoanalysis.backtesting.run import DRAWS, MEASURES, SEED, BackTest, back_test
from amoanalysis.config.scenarios import BASELINE, Scenario, load_scenario
from amoanalysis.errors import UserError
from amoanalysis.models.components import Components, FertilityModel, LabourDemandModel, MigrationModel
from amoanalysis.pipeline.session import Folder, load_data, progress_bar

KEYS = ["measure", "place", "origin", "horizon"]
# A test over fewer origins than this has no power.
MIN_ORIGINS = 3


@dataclass(frozen=True)
class BackTestComparison:
    """Back-tests of replaced and of default components on the same cases.

    Attributes:
        replaced: with the components given.
        default: with the components shipped.
    """

    replaced: BackTest
    default: BackTest

    def __repr__(self) -> str:
        """How many cases are compared."""
        return f"<BackTestComparison of {len(self.default.cases)} cases: see .table()>"

    def _repr_html_(self) -> str:
        return str(self.table().round(3).to_html(index=False))

    def table(self, horizons: Sequence[int] = (1, 3, 5, 10)) -> pd.DataFrame:
        """Scores of both by measure and horizon, with a paired test.

        The test is a paired t-test of the mean difference in absolute percentage error by origin (cases of one origin
        share their errors, so an origin is one observation; origins whose horizons overlap are still dependent, and
        the p-value is optimistic at long horizons).

        Args:
            horizons: years ahead.

        Returns:
            measure, horizon, cases, origins, error_default and error_replaced (mean absolute, per cent), difference,
            standard_error, p_value, crps_default and crps_replaced (per cent of actuals), coverage_default and
            coverage_replaced (of uncalibrated 80 % intervals), better: "replaced", "default" or "no difference" (5 %).
        """
        both = self.default.cases.merge(self.replaced.cases, on=KEYS, suffixes=("_default", "_replaced"))
        both = both[both["horizon"].isin(horizons)]
        rows = []
        for (measure, horizon), cases in both.groupby(["measure", "horizon"], sort=False):
            actual = cases["actual_default"].to_numpy()
            scores: dict[str, dict[str, np.ndarray]] = {}
            for name in ("default", "replaced"):
                low, median, high, crps = (cases[f"{c}_{name}"].to_numpy() for c in ("low", "median", "high", "crps"))
                scores[name] = {
                    "error": 100 * np.abs(median / actual - 1),
                    "crps": 100 * crps / actual,
                    "coverage": ((low <= actual) & (actual <= high)).astype(float),
                }
            gain = scores["replaced"]["error"] - scores["default"]["error"]
            by_origin = pd.Series(gain).groupby(cases["origin"].to_numpy()).mean()
            error, p_value = _paired_test(by_origin.to_numpy())
            verdict = "no difference" if not p_value < 0.05 else "replaced" if by_origin.mean() < 0 else "default"
            means = {f"{score}_{name}": float(v.mean()) for name, s in scores.items() for score, v in s.items()}
            rows.append(
                {
                    "measure": measure, "horizon": horizon, "cases": len(cases), "origins": len(by_origin),
                    "error_default": means["error_default"], "error_replaced": means["error_replaced"],
                    "difference": float(gain.mean()), "standard_error": error, "p_value": p_value,
                    "crps_default": means["crps_default"], "crps_replaced": means["crps_replaced"],
                    "coverage_default": means["coverage_default"], "coverage_replaced": means["coverage_replaced"],
                    "better": verdict,
                }
            )  # fmt: skip
        return pd.DataFrame(rows).sort_values(["measure", "horizon"], ignore_index=True)


def _paired_test(differences: np.ndarray) -> tuple[float, float]:
    """Standard error of the mean and two-sided p-value of a paired t-test; not a number with too few origins."""
    if len(differences) < MIN_ORIGINS or np.allclose(differences, differences[0]):
        return float("nan"), float("nan")
    return float(stats.sem(differences)), float(stats.ttest_1samp(differences, 0.0).pvalue)


def backtest(
    *,
    scenario: str | Scenario = BASELINE,
    data: Folder = None,
    origins: Sequence[int] | None = None,
    measures: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: bool | None = None,
    migration: MigrationModel | None = None,
    fertility: FertilityModel | None = None,
    labour_demand: LabourDemandModel | None = None,
) -> BackTest | BackTestComparison:
    """Forecasts from past years with what was known then, and compares them with actuals.

    Args:
        scenario: whose assumptions are used; model parameters are re-estimated at each origin.
        data: a data folder; the snapshot by default.
        origins: last known years; all possible ones by default.
        measures: population, population_15_64, labour_force, unemployed, jobs; all by default.
        draws: number of draws from each origin.
        seed: of the draws.
        progress: whether a progress bar is shown; by default in notebooks and on terminals.
        migration: a migration model to be scored beside the default, see `models.components`.
        fertility: a fertility model, likewise.
        labour_demand: a model of labour demand, likewise. The balance takes no part in the back-test.

    Returns:
        The back-test; with a replaced component the comparison with the default on the same random numbers.

    Raises:
        UserError: if a measure or an origin cannot be tested.
    """
    tables = load_data(data)
    assumed = load_scenario(scenario, tables.folder) if isinstance(scenario, str) else scenario
    if isinstance(measures, str):
        raise UserError(f"measures is '{measures}': give a list, such as ['{measures}'].")

    def run(components: Components, title: str) -> BackTest:
        with progress_bar(title, len(origins or []) or None, progress) as advance:
            return back_test(
                tables,
                assumed.assumptions,
                origins=origins,
                measures=tuple(measures or MEASURES),
                draws=draws,
                seed=seed,
                progress=(lambda done, _: advance(done)) if advance else None,
                components=components,
            )

    default = Components()
    replaced = Components.replaced(migration=migration, fertility=fertility, labour_demand=labour_demand)
    if replaced == default:
        return run(default, "Back-test")
    return BackTestComparison(run(replaced, "Back-test, replaced component"), run(default, "Back-test, default"))
