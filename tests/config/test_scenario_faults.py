"""Whatever is wrong with a scenario or the assumptions beneath it is said in one sentence: file, key, value, remedy."""

import re
import shutil
from pathlib import Path

import pytest
from scenario_files import ANY, HEAD, MINE, Written

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import BASELINE, load_scenario, scenario_names
from amoanalysis.errors import DataError, UserError

pytestmark = pytest.mark.unit

DATA = data_folder()


def refused(word: str, folder: Path = DATA, kind: type[Exception] = UserError) -> str:
    with pytest.raises(kind) as caught:
        load_scenario(word, folder)
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value) and "pydantic" not in str(caught.value)
    return str(caught.value)


# What is wrong with a file, in one sentence

GROWTH = "[tourism.growth]\n"
CHANGES = {
    "a misspelt key": ("[tourism]\ngrowht = 1", "the key 'tourism.growht' is unknown: did you mean 'growth'?"),
    "a misspelt table": ("[tourism.growht]\nvalue = 1", "the key 'tourism.growht' is unknown: did you mean 'growth'?"),
    "a misspelt section": ("[turism.growth]\nvalue = 1", "the key 'turism' is unknown: did you mean 'tourism'?"),
    "a misspelt part": (GROWTH + "valeu = 1", "the key 'tourism.growth.valeu' is unknown: did you mean 'value'?"),
    "a misspelt and a missing key": (
        MINE.replace("start =", "strat ="),
        "the key 'events.mine.strat' is unknown: did you mean 'start'?",
    ),
    "a key like no other": ("[tourism.growth]\nxyz = 1", "the key 'tourism.growth.xyz' is unknown: known are high, "),
    "a key far down": ("[a.b.c.d.e.f.g.h]\ni = 1", "the key 'a' is unknown: known are attraction, balance, based_on, "),
    "a bare number": (
        "[tourism]\ngrowth = 0.03",
        "'tourism.growth' is 0.03: an assumption is never a bare number: give value, low, high, unit, source and why.",
    ),
    "a bare number of a place": ("[tourism.nights]\n273 = 5", "'tourism.nights.273' is 5: an assumption is never"),
    "a bare number of an event": (
        re.sub("start = .*", "start = 2030", MINE),
        "'events.mine.start' is 2030: an assumption is never",
    ),
    "a number for a section": ("tourism = 5", "'tourism' is 5: it takes a table of its own."),
    "a low above the value": (
        GROWTH + "low = 0.5",
        "'tourism.growth': low 0.5, value 0.02, high 0.04 are not in order: it takes low <= value <= high.",
    ),
    "an end beyond its bound": ("[tourism.shock]\nlow = -1", "'tourism.shock': low -1 is below least 0: raise low"),
    "a decimal comma in quotes": (
        GROWTH + 'value = "0,03"',
        "'tourism.growth.value' is '0,03': it takes a number, with a decimal point and without quotes.",
    ),
    "a number in quotes": (GROWTH + 'value = "0.03"', "'tourism.growth.value' is '0.03': it takes a number, with"),
    "true for a number": (GROWTH + "value = true", "'tourism.growth.value' is true: it takes a number"),
    "a list for a number": (GROWTH + "value = [1, 2]", "'tourism.growth.value' is a list: it takes a number"),
    "a table for a number": ("[tourism.growth.value]\nx = 1", "'tourism.growth.value' is a table: it takes a number"),
    "a date for a number": (GROWTH + "value = 2030-01-01", "'tourism.growth.value' is 2030-01-01: it takes a number"),
    "no number": (GROWTH + "value = nan", "'tourism.growth.value' is nan: it takes a number that is finite."),
    "an endless number": (GROWTH + "high = inf", "'tourism.growth.high' is inf: it takes a number that is finite."),
    "a number without a reason": (
        GROWTH + "value = 0.03",
        "'tourism.growth' changes value and 'tourism.growth.why' is missing: add the reason.",
    ),
    "an end without a reason": (GROWTH + "high = 0.05", "'tourism.growth' changes high and 'tourism.growth.why' is"),
    "a new assumption without a reason": (
        '[tourism.extra_growth.273]\nvalue = 0\nlow = 0\nhigh = 0\nunit = "1"\nsource = "mines"',
        "'tourism.extra_growth.273.why' is missing: add it.",
    ),
    "an empty reason": (GROWTH + 'why = ""', "'tourism.growth.why' is '': it takes a text that is not empty."),
    "a number for a reason": (GROWTH + "why = 3", "'tourism.growth.why' is 3: it takes a text in quotes."),
    "an unknown place": (
        f"[tourism.extra_growth]\n237 = {ANY}",
        "'tourism.extra_growth.237' is not a place of places.toml: correct",
    ),
    "an unknown field of an event": (
        MINE + "probabilty = 1",
        "the key 'events.mine.probabilty' is unknown: did you mean 'probability'?",
    ),
    "an unknown kind of event": (
        MINE.replace('"mine"', '"mien"'),
        "'events.mine.kind' is 'mien': it takes 'mine', 'hotel', 'railway', 'school' or 'other'.",
    ),
    "an event without a field": (re.sub("start = .*", "", MINE), "'events.mine.start' is missing: add it."),
    "an event at a number": (MINE.replace('"273"', "273"), "'events.mine.place' is 273: it takes a text in quotes."),
    "an event with half a name": (
        MINE.replace(', en = "Mine"', ""),
        "'events.mine': its name is not given in both fi and en: add the one",
    ),
    "an event that is a number": ("[events]\nmine = 3", "'events.mine' is 3: it takes a table of its own."),
    "a broken line": (
        "[tourism\n",
        "Expected ']' at the end of a table declaration (at line 4, column 9): correct that line.",
    ),
    "a decimal comma": (GROWTH + "value = 0,03\n", "(at line 5, column 10): write a decimal point, as in 0.03."),
    "a decimal comma in a line of many": (
        "[tourism]\ngrowth = { value = 0,03, low = 0 }\n",
        ": write a decimal point, as in 0.03.",
    ),
    "a key twice": (GROWTH + "low = 0\n" + GROWTH, "is no valid TOML: Cannot declare ('tourism', 'growth') twice (at"),
    "a file that ends too early": (
        GROWTH + "value = ",
        "is no valid TOML: Invalid value (at end of document): correct",
    ),
    "a number beyond all bounds": (GROWTH + f"value = 1{'0' * 5000}", "is no valid TOML: Exceeds the limit"),
    "a large whole number": (GROWTH + f"value = 1{'0' * 400}", "'tourism.growth.value' is 1000"),
    "brackets without end": (f"a = {'[' * 3000}{']' * 3000}", "is no valid TOML: maximum recursion depth exceeded"),
}
FILES = {
    "a misspelt title": ('titel = "x"\n' + HEAD, "the key 'titel' is unknown: did you mean 'title'?"),
    "an unknown base": (
        HEAD.replace('"baseline"', '"basline"'),
        "based_on: There is no scenario 'basline': did you mean 'baseline'? there",
    ),
    "a base that is no file": (
        HEAD.replace('"baseline"', '"none.toml"'),
        "based_on: There is no scenario file 'none.toml': check the path.",
    ),
    "a number for a base": (
        HEAD.replace('"baseline"', "3"),
        "based_on is 3: give the name of a scenario in quotes.",
    ),
    "a number in a list of bases": (HEAD.replace('"baseline"', '["baseline", 3]'), "based_on is a list: give the"),
    "itself for a base": (
        HEAD.replace("baseline", "own.toml"),
        "based_on is circular (own.toml > own.toml): remove",
    ),
    "an empty file": ("", "'title' is missing in fi or en: write [title] with both."),
    "no story": (HEAD.replace("narrative", "#"), "'narrative' is missing in fi or en: write [narrative] with both."),
    "a title in one language": (
        HEAD.replace(', en = "Own"', ""),
        "'title' is missing in fi or en: write [title] with both.",
    ),
    "an empty title": (HEAD.replace('"Own"', '""'), "'title' is missing in fi or en: write [title] with both."),
    "a title without a language": (
        HEAD.replace('{ fi = "Oma", en = "Own" }', '"Own"'),
        "'title' is missing in fi or en",
    ),
    "a title in an unknown language": (
        HEAD.replace("{ fi =", '{ dk = "Egen", fi ='),
        "'title.dk' is 'Egen': it takes a text in fi, en, sv.",
    ),
}
FAULTS = {**{name: (HEAD + change, said) for name, (change, said) in CHANGES.items()}, **FILES}


@pytest.mark.parametrize(("content", "sentence"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_said_in_one_sentence_that_names_the_file(written: Written, content: str, sentence: str) -> None:
    said = refused(written(content))
    assert said.startswith("own.toml") and sentence in said
    assert said[-1] in ".?" and len(said) < 330


@pytest.mark.parametrize(("coding", "byte"), [("utf-16", 1), ("latin-1", 39)])
def test_a_file_in_another_encoding_is_named_with_the_remedy(written: Written, coding: str, byte: int) -> None:
    content = HEAD.replace("Oma", "Ä").encode(coding)
    assert refused(written(content)) == f"own.toml is not UTF-8 (byte {byte}): save it as UTF-8."


def test_a_circle_of_several_files_is_shown(written: Written) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        path = written(HEAD.replace("baseline", f"{base}.toml"), f"{name}.toml")
    assert refused(path) == ("b.toml: based_on is circular (c.toml > a.toml > b.toml > c.toml): remove one of them.")


def test_a_fault_of_the_base_is_laid_to_the_base(written: Written) -> None:
    written(HEAD + "[tourism]\ngrowht = 1", "base.toml")
    assert refused(written(HEAD.replace("baseline", "base.toml"))).startswith("base.toml: the key 'tourism.growht'")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("hannukanen", "There is no scenario 'hannukanen': did you mean 'hannukainen'? there are baseline, "),
        ("xyz", "There is no scenario 'xyz': there are baseline, "),
        ("", "There is no scenario '': there are baseline, "),
        ("none.toml", "There is no scenario file 'none.toml': check the path."),
        ("../assumptions", "There is no scenario file '../assumptions': check the path."),
        ("x" * 5000 + ".toml", "There is no scenario file 'xxx"),
        ("a\0.toml", "There is no scenario file 'a\0.toml': check the path."),
    ],
)
def test_a_scenario_that_does_not_exist_is_the_user_s_word(word: str, sentence: str) -> None:
    assert refused(word).startswith(sentence)


def test_a_folder_is_no_scenario_file(tmp_path: Path) -> None:
    (tmp_path / "own.toml").mkdir()
    assert "There is no scenario file" in refused(str(tmp_path / "own.toml"))


# The data folder


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[tourism.growth]", "[tourism.growht]", "assumptions.toml: the key 'tourism.growht' is unknown: did you mean"),
        ("[tourism.growth]", "[tourism.growth", "assumptions.toml is no valid TOML: Expected ']'"),
        ("[tourism.nights.273]", "[tourism.nights.237]", "assumptions.toml: 'tourism.nights.237' is not a place"),
        ("low = 0.0\nhigh = 0.04", "low = 0.05\nhigh = 0.04", "assumptions.toml: 'tourism.growth': low 0.05, value"),
    ],
)
def test_broken_assumptions_are_the_data_s_fault_whichever_scenario_is_asked_for(
    folder: Path, old: str, new: str, sentence: str
) -> None:
    path = folder / "assumptions.toml"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    for name in (BASELINE, "tourism_growth"):
        assert refused(name, folder, DataError).startswith(sentence)


def test_absent_assumptions_are_named(folder: Path) -> None:
    (folder / "assumptions.toml").unlink()
    said = refused(BASELINE, folder, DataError)
    assert said == "assumptions.toml cannot be read (No such file or directory): check that it is there."


def test_a_folder_without_scenarios_has_none(folder: Path) -> None:
    shutil.rmtree(folder / "scenarios")
    assert scenario_names(folder) == []
    assert refused(BASELINE, folder) == "There is no scenario 'baseline': there are none."
