import pytest


@pytest.mark.slow
def test_threads_write_the_same_files(amo, tmp_path) -> None:
    words = ("forecast", "--draws", "8", "--until", "2025", "--place", "Kolari")
    assert amo(*words, "--out", str(tmp_path / "local")).code == 0
    said = amo(*words, "--engine", "threads", "--out", str(tmp_path / "threads"))
    assert said.code == 0, said.err
    one, other = (tmp_path / name / "forecast.csv" for name in ("local", "threads"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.unit
def test_an_engine_that_is_none_is_refused(amo) -> None:
    said = amo("forecast", "--engine", "tasks")
    assert said.code == 2
    assert "There is no engine 'tasks'" in said.err
