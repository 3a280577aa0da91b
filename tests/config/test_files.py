"""A file, and a folder of files, is written whole or not at all."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.config import files
from amoanalysis.config.files import data_folder, write_atomically, write_folder_atomically
from amoanalysis.errors import AmoError, UserError

pytestmark = pytest.mark.unit

NAMES = ("a.csv", "b.json", "sub/c.csv", "z.txt")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
Replace = Callable[[object, object], None]


def content(folder: Path) -> dict[str, str]:
    """Everything in a folder, hidden files and empty folders too."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def fill(folder: Path, text: str, names: tuple[str, ...] = NAMES) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{text} {name}", encoding="utf-8")


def failing_replace(monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException, after: bool = False) -> list[int]:
    """Lets `os.replace` raise at one call, before or after it moves; later calls work again."""
    replace, calls = os.replace, [0]

    def replaced(source: str, target: str) -> None:
        calls[0] += 1
        if calls[0] == at and not after:
            raise error
        replace(source, target)
        if calls[0] == at:
            raise error

    monkeypatch.setattr(files.os, "replace", replaced)
    return calls


# The data folder


def test_the_snapshot_is_the_default() -> None:
    assert (data_folder() / "places.toml").is_file()


def test_the_choice_goes_before_the_variable_and_that_before_the_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("chosen", "variable"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "places.toml").touch()
    monkeypatch.setenv("AMO_DATA", str(tmp_path / "variable"))
    assert data_folder() == tmp_path / "variable"
    assert data_folder(tmp_path / "chosen") == tmp_path / "chosen"
    monkeypatch.delenv("AMO_DATA")
    assert data_folder("") == data_folder()


def test_a_folder_that_is_absent_or_holds_no_places_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no folder '.*none': give --data \(or AMO_DATA\) a folder of tables"):
        data_folder(tmp_path / "none")
    with pytest.raises(UserError, match=r"has no places\.toml"):
        data_folder(tmp_path)


def test_an_installation_without_its_snapshot_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PACKAGE", tmp_path / "amoanalysis")
    with pytest.raises(AmoError, match="install amoanalysis again"):
        data_folder()


# One file


def test_a_file_appears_when_the_block_ends_well_and_not_before(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "table.csv"
    with write_atomically(target) as path:
        assert path.parent == target.parent and path.suffix == ".csv"
        path.write_text("new", encoding="utf-8")
        assert not target.exists()
    assert content(tmp_path / "new" / "folder") == {"table.csv": "new"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt(), ValueError("a bug"), UserError("off")], ids=repr)
@pytest.mark.parametrize("before", [True, False], ids=["over an old file", "fresh"])
def test_a_block_that_breaks_off_changes_nothing(tmp_path: Path, error: BaseException, before: bool) -> None:
    target = tmp_path / "deep" / "er" / "table.csv"
    if before:
        fill(target.parent, "old", (target.name,))
    known = content(tmp_path)
    with pytest.raises(AmoError if isinstance(error, OSError) else type(error)), write_atomically(target) as path:
        path.write_text("half", encoding="utf-8")
        raise error
    assert content(tmp_path) == known


def test_a_disk_that_fills_up_is_named(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    with pytest.raises(AmoError) as caught, write_atomically(target):
        raise FULL
    assert str(caught.value) == (
        f"Cannot write '{target}' (No space left on device): nothing was changed; "
        "choose another --out or free some space."
    )
    assert caught.value.exit_code == 1


def test_a_file_that_cannot_be_moved_into_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "old")
    failing_replace(monkeypatch, 1, FULL)
    known = content(tmp_path)
    with pytest.raises(AmoError, match="No space left"), write_atomically(tmp_path / "a.csv") as path:
        path.write_text("new", encoding="utf-8")
    assert content(tmp_path) == known


def test_a_target_below_a_file_or_on_a_folder_is_refused(tmp_path: Path) -> None:
    fill(tmp_path, "old")
    known = content(tmp_path)
    for target, why in (("a.csv/x.csv", "File exists|Not a directory"), ("sub", "the target is not a file")):
        with pytest.raises(AmoError, match=why), write_atomically(tmp_path / target):
            pytest.fail("the block must not run: its work would be lost")
    assert content(tmp_path) == known


@pytest.mark.skipif(not Path(os.devnull).is_char_device(), reason="no devices here")
def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(AmoError, match="the target is not a file"), write_atomically(Path(os.devnull)):
        pytest.fail("the block must not run")
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    for writing in (
        write_atomically(tmp_path / "a.csv"),
        write_folder_atomically(tmp_path),
        write_folder_atomically(tmp_path / "new"),
    ):
        with pytest.raises(AmoError, match="Permission denied"), writing:
            pytest.fail("the block must not run")
    tmp_path.chmod(0o755)
    assert content(tmp_path) == {}


# A folder of files


def test_a_folder_gets_the_new_files_and_keeps_the_others(tmp_path: Path) -> None:
    fill(tmp_path, "old", ("a.csv", "sub/c.csv", "sub/kept.csv", "kept.txt"))
    with write_folder_atomically(tmp_path) as folder:
        assert list(folder.iterdir()) == []
        fill(folder, "new")
        (folder / "empty").mkdir()
        assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "old a.csv"
    assert content(tmp_path) == {
        **{name: f"new {name}" for name in NAMES},
        "sub": "folder",
        "sub/kept.csv": "old sub/kept.csv",
        "kept.txt": "old kept.txt",
    }


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt(), ValueError("a bug"), UserError("off")], ids=repr)
@pytest.mark.parametrize("before", [(), ("b.json", "kept.txt"), NAMES], ids=["fresh", "some", "all"])
def test_a_folder_s_block_that_breaks_off_changes_nothing(
    tmp_path: Path, error: BaseException, before: tuple[str, ...]
) -> None:
    fill(tmp_path / "out", "old", before)
    known = content(tmp_path)
    with (
        pytest.raises(AmoError if isinstance(error, OSError) else type(error)),
        write_folder_atomically(tmp_path / "out") as folder,
    ):
        fill(folder, "new", NAMES[:2])
        raise error
    assert content(tmp_path) == known


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("after", [False, True], ids=["before the move", "after the move"])
@pytest.mark.parametrize("before", [(), ("b.json", "kept.txt"), NAMES], ids=["fresh", "some", "all"])
def test_breaking_off_between_two_moves_leaves_no_mixture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, after: bool, before: tuple[str, ...]
) -> None:
    moves = len(NAMES) + len(set(NAMES) & set(before))
    for at in range(1, moves + 1):
        out = tmp_path / str(at) / "out"
        fill(out, "old", before)
        known = content(out.parent)
        with monkeypatch.context() as patch:
            calls = failing_replace(patch, at, error, after)
            with pytest.raises((AmoError, KeyboardInterrupt)), write_folder_atomically(out) as folder:
                fill(folder, "new")
        assert calls[0] >= at
        assert content(out.parent) == known


def test_a_folder_in_the_way_of_a_file_is_found_before_anything_moves(tmp_path: Path) -> None:
    fill(tmp_path, "old")
    (tmp_path / "z.txt").unlink()
    (tmp_path / "z.txt").mkdir()
    known = content(tmp_path)
    with pytest.raises(AmoError, match="the target is not a file"), write_folder_atomically(tmp_path) as folder:
        fill(folder, "new")
    assert content(tmp_path) == known


def test_a_file_in_the_way_of_a_folder_leaves_no_mixture(tmp_path: Path) -> None:
    fill(tmp_path, "old", ("a.csv", "sub"))
    known = content(tmp_path)
    with pytest.raises(AmoError, match=r"File exists|Not a directory"), write_folder_atomically(tmp_path) as folder:
        fill(folder, "new")
    assert content(tmp_path) == known


def test_a_folder_below_a_file_is_refused_before_the_work(tmp_path: Path) -> None:
    fill(tmp_path, "old")
    for target in ("a.csv", "a.csv/deeper"):
        with pytest.raises(AmoError, match="Cannot write"), write_folder_atomically(tmp_path / target):
            pytest.fail("the block must not run: its work would be lost")


def test_files_that_cannot_be_moved_back_are_kept_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "old")
    replace = os.replace

    def only_aside(source: Path, target: Path) -> None:
        if "old" not in Path(target).parts:
            raise FULL
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", only_aside)
    with (
        pytest.raises(AmoError, match=r"move the former files back from '.*'") as caught,
        write_folder_atomically(tmp_path) as folder,
    ):
        fill(folder, "new")
    kept = Path(str(caught.value).split("'")[-2])
    assert (kept / "a.csv").read_text(encoding="utf-8") == "old a.csv"
    assert "nothing was changed" not in str(caught.value)
