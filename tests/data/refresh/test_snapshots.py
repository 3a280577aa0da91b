import os
from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.data import snapshots
from amoanalysis.data.snapshots import files_before_change, list_changes, lock_folder, recover, replace_files
from amoanalysis.errors import UserError
from tests.data.refresh.conftest import content

pytestmark = pytest.mark.unit

OLD = {"a.csv": b"old a", "tables/b.csv": b"old b", "gone.csv": b"old c"}
NEW: dict[str, bytes | None] = {
    "a.csv": b"new a",
    "tables/b.csv": b"new b",
    "tables/made.csv": b"made",
    "gone.csv": None,
}
AFTER = {"a.csv": b"new a", "tables/b.csv": b"new b", "tables/made.csv": b"made"}


class Killed(BaseException):
    """The power goes."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "tables").mkdir()
    for name, held in OLD.items():
        (tmp_path / name).write_bytes(held)
    return tmp_path


def dying_at(number: int, act: Callable[..., object], seen: list[int]) -> Callable[..., object]:
    def acted(*words: object, **more: object) -> object:
        seen.append(1)
        if len(seen) == number:
            raise Killed
        return act(*words, **more)

    return acted


@pytest.mark.parametrize("number", range(1, 25))
def test_killed_at_any_step_the_folder_is_old_or_new(small: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    seen: list[int] = []
    with monkeypatch.context() as patched:
        for module, name in ((os, "replace"), (os, "fsync"), (snapshots.shutil, "copyfile"), (Path, "unlink")):
            patched.setattr(module, name, dying_at(number, getattr(module, name), seen))
        try:
            replace_files(small, NEW, "test")
        except Killed:
            pass
        else:
            assert len(seen) < number
    recover(small)
    assert content(small) in (OLD, AFTER)
    replace_files(small, NEW, "again")
    assert content(small) == AFTER


def test_a_change_is_taken_back_and_so_is_that(small: Path) -> None:
    first = replace_files(small, NEW, "first")
    second = replace_files(small, {"a.csv": b"newer"}, "second")
    assert [change.stamp for change in list_changes(small)] == [second, first]
    stamp, files = files_before_change(small)
    assert (stamp, files) == (second, {"a.csv": b"new a"})
    replace_files(small, files_before_change(small, first)[1], "back")
    assert content(small) == OLD
    replace_files(small, files_before_change(small)[1], "forth")
    assert content(small) == {**AFTER, "a.csv": b"newer"}
    with pytest.raises(UserError, match="There is no change 'then'"):
        files_before_change(small, "then")


def test_two_writers_do_not_meet(small: Path) -> None:
    with lock_folder(small), pytest.raises(UserError, match="Another refresh"), lock_folder(small):
        pass
