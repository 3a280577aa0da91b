import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.config.programme import NOT_YET, Programme, load_programme
from amoanalysis.errors import DataError
from amoanalysis.exhibits.catalogue import list_exhibit_ids

DATA = Path(__file__).parents[2] / "data"

Damage = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(DATA)


@pytest.fixture
def damaged(tmp_path: Path) -> Damage:
    def damage(old: str, new: str) -> Path:
        text = (DATA / "programme.toml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "programme.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return damage


def sentence(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_programme(folder)
    said = str(caught.value)
    assert said.startswith("programme.toml")
    assert said.endswith(".")
    assert "\n" not in said
    return said


@pytest.mark.law
def test_the_funders_pay_the_whole(programme: Programme) -> None:
    funding = programme.funding
    assert sum(funder.amount for funder in funding.funder.values()) == funding.total == 87_000
    assert sum(funding.share(name) for name in funding.funder) == pytest.approx(100)


@pytest.mark.law
def test_shares_by_arithmetic_are_those_printed_but_for_lappia(programme: Programme) -> None:
    funding = programme.funding
    computed = {name: round(funding.share(name), 1) for name in funding.funder}
    assert list(computed.values()) == [70.0, 17.2, 10.3, 2.4]
    differing = [name for name, funder in funding.funder.items() if funder.printed_share != computed[name]]
    assert differing == ["lappia"] == [name for name, funder in funding.funder.items() if funder.note]


@pytest.mark.unit
def test_the_area_is_the_six(programme: Programme) -> None:
    assert sorted(programme.municipalities) == ["047", "261", "273", "498", "854", "976"]


@pytest.mark.unit
def test_every_theme_has_actions_and_one_goal(programme: Programme) -> None:
    assert list(programme.theme) == ["labour", "training", "attractiveness", "foresight"]
    assert [goal.theme for goal in programme.goal.values()] == list(programme.theme)
    assert all(programme.actions(theme, "done") for theme in programme.theme)


@pytest.mark.unit
def test_actions_are_done_or_to_come_and_none_is_lost(programme: Programme) -> None:
    done, ahead = programme.actions(stage="done"), programme.actions(stage="to come")
    assert {**done, **ahead} == programme.action
    assert not set(done) & set(ahead)
    assert {"gopp_second_session", "training_portal", "amo_2009", "koko_2010_2013"} <= set(ahead)


@pytest.mark.unit
def test_the_tour_of_2008_names_its_six_towns(programme: Programme) -> None:
    tour = programme.action["marketing_tour"]
    assert all(town in tour.en for town in ("Kotka", "Imatra", "Savonlinna", "Mikkeli", "Hämeenlinna", "Helsinki"))
    assert tour.exhibit == "tour_compared"
    assert tour.in_language("fi") != tour.in_language("en") == tour.in_language("sv")


@pytest.mark.unit
def test_what_is_not_served_says_not_yet(programme: Programme) -> None:
    for block in (*programme.action.values(), *programme.focus.values()):
        assert block.has_exhibit == (block.exhibit != NOT_YET)
    assert programme.action["meanmaa"].exhibit == "not yet"
    assert programme.action["training_portal"].exhibit == "training_supply_map"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amount = 15000", "amount = 15001", "the funders pay 87001 euros and the total is 87000"),
        (
            "printed_share = 70.0",
            "printed_share = 71.0",
            "printed share 71.0 %, computed share 70.0 %, no note explains it",
        ),
        ('exhibit = "mine_timeline"', 'exhibt = "mine_timeline"', "company.exhibt is not a known key, exhibit is"),
        ('exhibit = "mine_timeline"', "", "action.mining_company.exhibit: it is missing"),
        ('theme = "labour"', 'theme = "labor"', "action.mining_company has the theme 'labor', which has no block"),
        ('stage = "done"', 'stage = "doing"', "action.mining_company.stage"),
        ('name.en = "Fell Lapland sub-region"', "", "funding.funder.tunturi_lappi.name: it takes fi and en"),
        ("total = 87000", "total = ", "cannot be read"),
    ],
)
def test_a_broken_file_gets_one_sentence(damaged: Damage, old: str, new: str, said: str) -> None:
    assert said in sentence(damaged(old, new))


@pytest.mark.unit
def test_an_absent_file_and_one_in_another_encoding_are_data_errors(tmp_path: Path) -> None:
    assert "cannot be read" in sentence(tmp_path)
    shutil.copy(DATA / "programme.toml", tmp_path)
    content = (tmp_path / "programme.toml").read_text(encoding="utf-8")
    (tmp_path / "programme.toml").write_bytes(content.encode("utf-16"))
    assert "cannot be read" in sentence(tmp_path)


@pytest.mark.unit
def test_every_exhibit_named_exists(programme: Programme) -> None:
    named = {block.exhibit for block in (*programme.action.values(), *programme.focus.values()) if block.has_exhibit}
    assert not named - set(list_exhibit_ids())
