"""Answers of Sotkanet."""

import json
from pathlib import Path

import pytest

from amoanalysis.data.sources import sotkanet
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

SAMPLES = Path(__file__).parents[2] / "samples"


def test_csv_and_json_tell_the_same():
    csv, js = (sotkanet.read(SAMPLES / f"sotkanet_127.{form}").frame for form in ("csv", "json"))
    assert list(csv.columns) == list(js.columns) == list(sotkanet.COLUMNS)
    assert len(csv) == len(js) == 24
    assert (csv["region"].to_numpy() == js["region"].to_numpy()).all()


def test_the_form_of_the_older_service_is_read_too():
    raw = sotkanet.read_csv(b"indicator;region;year;gender;primary.value;absolute.value\n127;1;2019;total;5;5\n", "x")
    assert raw.frame["value"].iloc[0] == "5"


def test_half_an_answer_is_noticed():
    whole = (SAMPLES / "sotkanet_127.json").read_bytes()
    with pytest.raises(DataError, match="is no whole JSON"):
        sotkanet.read(whole[:-30], "vastaus.json")
    with pytest.raises(DataError, match="holds no list of figures"):
        sotkanet.read_json(b'{"error": "busy"}', "vastaus.json")
    with pytest.raises(DataError, match="figure 2 has no 'value'"):
        one = {"indicator": 127, "region": 1, "year": 2019, "gender": "total"}
        sotkanet.read_json(json.dumps([{**one, "value": 1}, one]).encode(), "vastaus.json")


def test_regions_come_with_codes_and_categories():
    regions = sotkanet.read_regions(SAMPLES / "sotkanet_regions.json").frame
    assert set(regions["category"]) == {"KUNTA", "MAAKUNTA"}
    assert "047" in set(regions["code"])
