"""Two points in time, a line a category."""

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.forms.scales import limits
from amoanalysis.charts.labels import EndLabel, end_labels, room_for
from amoanalysis.charts.measure import LINE
from amoanalysis.charts.panel import BLANK, Panel


def draw_slope(panel: Panel) -> None:
    """Draws a line from start to end for each category, named and valued at both ends.

    Options: `start_label` and `end_label` head the two columns ("2007", "2017").

    Args:
        panel: data of category, start and end.
    """
    data = panel.data.dropna(subset=["start", "end"])
    names = data["category"].tolist()
    colours = panel.colours(names)
    texts = [[f"{n}{BLANK}{panel.value(v)}" for n, v in zip(names, data[c], strict=True)] for c in ("start", "end")]
    most = panel.box.width * 0.3
    left, right = (room_for(column, panel.size, most) + panel.size * 1.1 for column in texts)
    room = panel.box.inset(top=panel.size * LINE * 1.3)
    box = room.inset(left=left, right=right, bottom=panel.size * 0.6, top=panel.size * 0.4)
    ends_of = data[["start", "end"]].to_numpy(dtype=float)
    axes = panel.canvas.axes(box)
    axes.set(xlim=(0, 1), ylim=limits(ends_of, zero=False))
    for end in (0.0, 1.0):
        axes.axvline(end, color=style.GRID, linewidth=panel.size / 15, zorder=0, clip_on=False)
    for i, name in enumerate(names):
        axes.plot(
            [0, 1], ends_of[i], color=colours[name], linewidth=panel.size / 7, clip_on=False,
            marker=style.MARKERS[i % 8], markersize=panel.size * 0.5, markeredgecolor=style.PAPER,
        )  # fmt: skip
    columns = (("start", box.left, "right"), ("end", box.right, "left"))
    for (column, edge, align), words in zip(columns, texts, strict=True):
        west, east = (room.left, edge) if align == "right" else (edge, room.right)
        ends = [panel.canvas.point(axes, 0, value)[1] for value in data[column]]
        labels = [EndLabel(y, word, colours[name]) for y, word, name in zip(ends, words, names, strict=True)]
        end_labels(panel, labels, edge, Box(west, room.bottom, east, room.top), align)
        heading = str(panel.options.get(f"{column}_label", ""))
        panel.canvas.write(heading, edge, panel.box.top, panel.size, style.MUTED, "center", bold=True)
