"""Cubes for tests: drawn at random with all that labels may hold, and one small one to look at."""

from hypothesis import strategies as st

from amoanalysis.data.sources.jsonstat import Cube, Dimension, make_cube

LETTERS = "abcdefghijklmnopqrstuvwxyzåäöÅÄÖéŠ0123456789 ;=,.:()[]-/%'"
MARKERS = ("-", ".", "..", "...")

words = st.text(LETTERS, min_size=1, max_size=70).map(lambda text: " ".join(text.split())).filter(bool)
figures = st.one_of(
    st.integers(-10_000_000, 10_000_000).map(str),
    st.integers(-99_999, 99_999).map(lambda number: repr(number / 100)).filter(lambda text: not text.endswith(".0")),
    st.sampled_from(MARKERS),
)


@st.composite
def cubes(draw: st.DrawFn, most: int = 4) -> Cube:
    labels = draw(st.lists(words, min_size=1, max_size=3, unique_by=str.casefold))
    dimensions = []
    for number, label in enumerate(labels):
        values = draw(st.lists(words, min_size=1, max_size=most, unique_by=str.casefold))
        codes = tuple(f"{number}-{place}" for place in range(len(values)))
        dimensions.append(Dimension(f"v{number}", label, codes, tuple(values), time=number == 0))
    size = 1
    for dimension in dimensions:
        size *= len(dimension.codes)
    cells = draw(st.lists(figures, min_size=size, max_size=size))
    return make_cube(dimensions, cells, "made", "Made; for = tests")


def small() -> Cube:
    """Two areas, two years, two contents."""
    dimensions = (
        Dimension("alue_23_20260101", "Alue", ("KU273", "KU261"), ("Kolari", "Kittilä")),
        Dimension("vuosi", "Vuosi", ("2021", "2022"), ("2021", "2022"), time=True),
        Dimension("tiedot", "Tiedot", ("a", "b"), ("Väestö; 31.12.", "Muutos")),
    )
    return make_cube(dimensions, ["3934", "-3", "3999", "65", "6470", "..", "6637", "167"], "made", "Väestö")
