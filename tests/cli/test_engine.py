import pytest


@pytest.mark.slow
def test_threads_write_the_same_files(amo, tmp_path) -> None:
    words = ("forecast", "--draws", "8", "--until", "2025", "--place", "Kolari")
    assert amo(*words, "--out", str(tmp_path / "local")).code == 0
    result = amo(*words, "--engine", "threads", "--out", str(tmp_path / "threads"))
    assert result.code == 0, result.err
    one, other = (tmp_path / name / "forecast.csv" for name in ("local", "threads"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.unit
def test_an_unknown_engine_is_refused(amo) -> None:
    result = amo("forecast", "--engine", "tasks")
    assert result.code == 2
    assert "There is no engine 'tasks'" in result.err
