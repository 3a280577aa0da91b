import hashlib
from datetime import date
from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import file_sha256, load_origins, load_sources, update_origin
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

BLOCK = """\
[table.population]
producer = "Statistics Finland"
title = "Population"
url = "https://stat.fi"
licence = "CC BY 4.0"
period = "1972-2022"
retrieved = 2024-05-02
sha256 = "00"
status = "official"
citation = { fi = "Tilastokeskus", en = "Statistics Finland" }
"""


def refused(folder: Path, content: str) -> str:
    (folder / "sources.toml").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_origins(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_origin_is_read_with_its_dates_and_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(BLOCK, encoding="utf-8")
    origin = load_origins(tmp_path)["population"]
    assert (origin.table, origin.retrieved) == ("population", date(2024, 5, 2))
    assert origin.table_id is None and origin.published is None and origin.note == ""


def test_a_citation_falls_back_to_english(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(BLOCK, encoding="utf-8")
    origin = load_origins(tmp_path)["population"]
    assert [origin.citation_in(lang) for lang in ("fi", "en", "sv")] == [
        "Tilastokeskus",
        "Statistics Finland",
        "Statistics Finland",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("producer", "produser", "sources.toml, table.population: the key 'produser' is unknown: did you mean 'prod"),
        ('licence = "CC BY 4.0"\n', "", "sources.toml, table.population: 'licence' is missing: add it."),
        ('"official"', '"officially"',
         "sources.toml, table.population: 'status' is 'officially': it takes 'official', 'estimate' or 'assumption'."),
        (', en = "Statistics Finland" }', " }", "sources.toml, table.population: its citation has no English line"),
        ("2024-05-02", '"last May"', "sources.toml, table.population: 'retrieved' is 'last May': it takes some"),
        ("[table.population]", "[table.population", "sources.toml cannot be used (Expected ']'"),
    ],
)  # fmt: skip
def test_a_broken_entry_gets_one_sentence_that_says_where(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert refused(tmp_path, BLOCK.replace(old, new, 1)).startswith(sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("table = 5", "sources.toml: table is 5: write a block [table.NAME] for each table."),
        ("[tabel.population]\nurl = 'x'", "sources.toml: the key 'tabel' is unknown: every block is a [table.NAME]."),
        ("[table]\npopulation = 'x'", "sources.toml: table.population is 'x': write a block [table.population]."),
    ],
)
def test_a_value_where_a_block_belongs_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    assert refused(tmp_path, content) == sentence


def test_an_absent_file_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"sources\.toml cannot be used \(\[Errno 2\]"):
        load_origins(tmp_path)
    (tmp_path / "sources.toml").touch()
    assert load_origins(tmp_path) == {}


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    assert file_sha256(tmp_path / "a.csv") == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_every_origin_of_the_snapshot_can_be_cited_in_three_languages_and_leads_somewhere() -> None:
    for name, origin in load_origins(data_folder()).items():
        assert all(origin.citation.get(lang) for lang in ("fi", "en", "sv")), name
        assert origin.url.startswith(("https://", "http://")), name
        assert origin.licence and origin.period and origin.producer and origin.title, name
        assert origin.published is None or origin.published <= origin.retrieved, name


def test_every_table_can_be_refreshed_or_says_why_not() -> None:
    sources = load_sources(data_folder())
    for name, origin in sources.origins.items():
        assert bool(origin.fetch) != bool(origin.not_refreshable), name
    queries = [
        query for part in (sources.origins, sources.awaited) for origin in part.values() for query in origin.fetch
    ]
    assert {query.api for query in queries} == set(sources.apis)


QUERY = """\
[[table.population.fetch]]
api = "statfin"
title = "population"
variables = [{ role = "area", label = "area", take = ["all"] }]
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('label = "area"', 'label = "(area"', "'(area' is no regular expression"),
        ('take = ["all"]', "take = []", "the variable 'area' takes no value"),
        ("title", "titel", "the key 'fetch.0.titel' is unknown"),
        ("[[table", 'not_refreshable = "no"\n[[table', "it has both fetch and not_refreshable"),
    ],
)
def test_a_query_that_cannot_be_asked_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert sentence in refused(tmp_path, BLOCK + QUERY.replace(old, new, 1))


def test_an_origin_is_written_anew_and_nothing_else(tmp_path: Path) -> None:
    text = BLOCK + QUERY + "\n" + BLOCK.replace("population", "other")
    new = update_origin(text, "population", "ff", "1972-2030", date(2031, 1, 2))
    (tmp_path / "sources.toml").write_text(new, encoding="utf-8")
    origins = load_origins(tmp_path)
    assert (origins["population"].sha256, origins["population"].period) == ("ff", "1972-2030")
    assert (origins["population"].retrieved, origins["other"].sha256) == (date(2031, 1, 2), "00")
    assert new.count("\n") == text.count("\n")


def test_an_awaited_table_becomes_an_origin(tmp_path: Path) -> None:
    text = (BLOCK + QUERY).replace("table.population", "awaited.population")
    for line in ('period = "1972-2022"', "retrieved = 2024-05-02", 'sha256 = "00"'):
        text = text.replace(line + "\n", "")
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    assert set(load_sources(tmp_path).awaited) == {"population"}
    (tmp_path / "sources.toml").write_text(
        update_origin(text, "population", "ff", "2020", date(2031, 1, 2)), encoding="utf-8"
    )
    sources = load_sources(tmp_path)
    assert not sources.awaited
    assert sources.origins["population"].period == "2020"
    assert sources.origins["population"].fetch
