"""The set-up and the habits of the house: what no single module can hold by itself."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "amoanalysis"
CODE = sorted(path for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("*.py"))
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
MARKERS = {"unit", "law", "acceptance", "slow"}
JOBS = {"help", "forecast", "test", "lint", "lab", "build", "lock", "clean"}
FILE_LINES, FUNCTION_LINES = 520, 80
FOLDER_MODULES, ARGUMENTS = 16, 10
ARCHAIC = re.compile(r"\b(?:reckon\w*|nought|whence|whither|wander\w*|held against|what came|everybody else)\b")
READERS = {"open", "load", "loadtxt", "genfromtxt", "fromfile", "memmap"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def requirements() -> list[Requirement]:
    project = PROJECT["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    return [Requirement(text) for text in (*project["dependencies"], *extras)]


def locked() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {canonicalize_name(name): pin for name, pin in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_lock_pins_every_requirement_within_its_bounds() -> None:
    pins = locked()
    build = [Requirement(text) for text in PROJECT["build-system"]["requires"]]
    outside = [str(r) for r in requirements() + build if pins.get(canonicalize_name(r.name), "") not in r.specifier]
    assert not outside


def test_the_lock_names_no_host_and_hashes_every_pin() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=sha256:)", text, re.MULTILINE), "an option other than a hash"
    blocks = re.split(r"^(?=[A-Za-z])", "\n".join(x for x in text.splitlines() if not x.startswith("#")), flags=re.M)
    bare = [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block]
    assert not bare


def test_conda_users_get_the_same_names_and_bounds() -> None:
    _, dependencies = (ROOT / "environment.yml").read_text(encoding="utf-8").split("dependencies:\n")
    listed = {line.replace(" ", "") for line in re.findall(r"^ +- (.+)$", dependencies, re.MULTILINE)} - {"pip", "pip:"}
    expected = {f"{CONDA_NAMES.get(r.name, r.name)}{r.specifier}" for r in requirements()}
    assert listed == expected | {f"python{PROJECT['project']['requires-python']}"}


def test_importing_reads_no_data_draws_nothing_and_asks_no_network() -> None:
    script = f"""
import importlib, pkgutil, sys
events = []
def watch(event, args):
    if event == "socket.connect" or (event == "open" and str(args[0]).startswith({str(ROOT / "data")!r})):
        events.append((event, str(args[:1])))
sys.addaudithook(watch)
import amoanalysis
for module in pkgutil.walk_packages(amoanalysis.__path__, "amoanalysis."):
    importlib.import_module(module.name)
    if "matplotlib.pyplot" in sys.modules:
        sys.exit(f"{{module.name}} imports matplotlib.pyplot")
    if events:
        sys.exit(f"{{module.name}}: {{events}}")
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_models_read_no_file() -> None:
    calls = [
        f"{named(path)}:{node.lineno} {name}"
        for path in sorted((PACKAGE / "models").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", "")))
        and (name in READERS or name.startswith("read_"))
    ]
    assert not calls


def test_every_folder_of_code_is_a_package_the_import_linter_sees() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert not [named(folder) for folder in folders if not (folder / "__init__.py").is_file()]


def test_files_and_functions_stay_short() -> None:
    files = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert not {name: lines for name, lines in files.items() if lines > FILE_LINES}
    sizes = {f"{named(p)}:{f.name}": (f.end_lineno or 0) - f.lineno + 1 for p in CODE for f in functions(p)}
    assert not {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES}


def test_folders_stay_small() -> None:
    counts = {
        named(folder): len(list(folder.glob("*.py"))) for folder in {path.parent for path in PACKAGE.rglob("*.py")}
    }
    assert not {name: count for name, count in counts.items() if count > FOLDER_MODULES}


def test_functions_take_few_arguments() -> None:
    counts = {
        f"{named(path)}:{f.name}": len(f.args.posonlyargs) + len(f.args.args) + len(f.args.kwonlyargs)
        for path in PACKAGE.rglob("*.py")
        if "cli" not in path.parts
        for f in functions(path)
    }
    assert not {name: count for name, count in counts.items() if count > ARGUMENTS}


def test_no_import_circle_is_hidden_from_the_run() -> None:
    hidden = [named(path) for path in PACKAGE.rglob("*.py") if "TYPE_CHECKING" in path.read_text(encoding="utf-8")]
    assert not hidden


def test_no_archaic_words() -> None:
    pages = [*PACKAGE.rglob("*.py"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    found = {named(path): ARCHAIC.findall(path.read_text(encoding="utf-8")) for path in pages}
    assert not {name: words for name, words in found.items() if words}


def test_each_test_has_exactly_one_marker(request: pytest.FixtureRequest) -> None:
    marks = {item.nodeid: {mark.name for mark in item.iter_markers()} & MARKERS for item in request.session.items}
    assert not {test: sorted(found) for test, found in marks.items() if len(found) != 1}


def test_every_job_of_the_makefile_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    helped = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))
    assert helped == set(phony[1].split()) == JOBS


def test_the_wheel_carries_the_data_and_the_texts() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["sources"]["data"] == "amoanalysis/_data"
    assert {"amoanalysis", "data"} <= set(wheel["only-include"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not [number for number, cell in enumerate(code) if cell["outputs"] or cell["execution_count"]]
