"""Draws the architecture from the code's own imports, and makes the table of docs/architecture.md.

Run it as `python docs/architecture.py` after modules have moved.
"""

import re
from collections import Counter
from pathlib import Path

import grimp
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "amoanalysis"
LAYERS = (
    ("cli",),
    ("export",),
    ("exhibits",),
    ("hindcasts", "backtesting"),
    ("pipeline",),
    ("results",),
    ("plot", "models"),
    ("data",),
    ("config",),
)
WIDTH, HEIGHT = 3.4, 0.62


def count_imports() -> Counter[tuple[str, str]]:
    """Imports between folders: (importer, imported) -> number."""
    graph = grimp.build_graph("amoanalysis", include_external_packages=False)
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        importer = module.split(".")[1] if "." in module else ""
        for target in graph.find_modules_directly_imported_by(module):
            imported = target.split(".")[1] if "." in target else ""
            if importer and imported and importer != imported and "errors" not in (importer, imported):
                found[importer, imported] += 1
    return found


def count_modules() -> dict[str, int]:
    """Modules in each folder, package files left out."""
    return {
        name: sum(path.name != "__init__.py" for path in (PACKAGE / name).rglob("*.py"))
        for layer in LAYERS
        for name in layer
    }


def draw(imports: Counter[tuple[str, str]], modules: dict[str, int]) -> Figure:
    """Folders as boxes in layers; an arrow leads to each folder that is imported, wider for more imports."""
    figure = Figure(figsize=(11, 9.5))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 11), ylim=(0, 9.5))
    axes.set_axis_off()
    place = {
        name: (5.5 + (index - (len(layer) - 1) / 2) * 4.4, 9.0 - 1.03 * row)
        for row, layer in enumerate(LAYERS)
        for index, name in enumerate(layer)
    }
    order = [name for layer in LAYERS for name in layer]
    for (importer, imported), count in sorted(imports.items()):
        (x0, y0), (x1, y1) = place[importer], place[imported]
        rows = round((y0 - y1) / 1.03)
        side = (1 if order.index(importer) % 2 else -1) * (0.42 if rows > 1 else 0.0)
        shift = 0.35 * ((order.index(importer) * 7 + order.index(imported) * 3) % 7 - 3) / 3
        arrow = FancyArrowPatch(
            (x0 + shift, y0 - HEIGHT / 2),
            (x1 + shift, y1 + HEIGHT / 2),
            connectionstyle=f"arc3,rad={side * min(rows, 4) / 4}",
            arrowstyle="-|>",
            mutation_scale=9,
            linewidth=0.5 + min(count, 120) / 40,
            color="#5b6b7a",
            alpha=0.45,
            zorder=1,
        )
        axes.add_patch(arrow)
    for name, (x, y) in place.items():
        axes.add_patch(
            FancyBboxPatch(
                (x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT,
                boxstyle="round,pad=0.02,rounding_size=0.08", facecolor="#e8eef5", edgecolor="#1f3b57", zorder=2,
            )
        )  # fmt: skip
        axes.text(x, y + 0.09, name, ha="center", va="center", size=13, weight="bold", color="#1f2933", zorder=3)
        axes.text(
            x, y - 0.16, f"{modules[name]} modules", ha="center", va="center", size=9.5, color="#3c4a57", zorder=3
        )
    axes.text(0.25, 0.12, "Arrows lead from a folder to those that it imports; wide arrows are many imports.", size=9.5)
    return figure


def make_table(imports: Counter[tuple[str, str]], modules: dict[str, int]) -> str:
    """The folders, their modules, and what they import."""
    rows = ["| folder | modules | imports |", "|---|---|---|"]
    for layer in LAYERS:
        for name in layer:
            below = sorted(imported for importer, imported in imports if importer == name)
            rows.append(f"| `{name}` | {modules[name]} | {', '.join(below) or '-'} |")
    return "\n".join(rows)


def main() -> None:
    """Writes the drawing and the table."""
    imports, modules = count_imports(), count_modules()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "amoanalysis"}):
        draw(imports, modules).savefig(DOCS / "pictures" / "architecture.svg", metadata={"Date": None})
    page = DOCS / "architecture.md"
    text = page.read_text(encoding="utf-8")
    table = make_table(imports, modules)
    page.write_text(re.sub(r"\| folder \|.*?\n\n", f"{table}\n\n", text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
