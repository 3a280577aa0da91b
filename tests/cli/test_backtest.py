import json

import pytest


@pytest.mark.slow
def test_a_back_test_prints_its_summary_as_json_and_writes_its_tables(amo, tmp_path) -> None:
    result = amo("backtest", "--origin", 2012, "--measure", "population", "--draws", 20, "--json", "--out", tmp_path)
    assert result.code == 0, result.err
    found = json.loads(result.out)
    assert set(found["measures"]) == {"population"}
    assert found["measures"]["population"]["10"]["cases"] == 21
    assert {"cases.csv", "by_place.csv", "by_size.csv", "summary.json"} <= {path.name for path in tmp_path.iterdir()}
    assert all(row["their_error_percent"] < row["model_error_percent"] for row in found["loses"])


@pytest.mark.unit
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--origin", "1980"), "--origin 1980 cannot be tested: the origins run from 1994 to 2021."),
        (("--measure", "populaton"), "did you mean 'population'?"),
    ],
)
def test_invalid_arguments_exit_with_2_and_a_message(amo, words, message) -> None:
    answer = amo("backtest", *words)
    assert answer.code == 2
    assert message in answer.sentence
