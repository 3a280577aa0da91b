import numpy as np
import pandas as pd
import pytest
from samples import exhibit

from amoanalysis.errors import DataError, UserError
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.drawing.form_specs import FORMS, choose_decimals

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("form", "column"), [(form, column) for form in FORMS for column in FORMS[form].columns])
def test_a_missing_column_is_named_in_one_sentence(form, column):
    data = exhibit(form).data
    with pytest.raises(DataError, match=rf"\({form}\) lacks the column '{column}': give its data the columns"):
        exhibit(form, data=pd.DataFrame(data).drop(columns=column))


@pytest.mark.parametrize(
    ("form", "change", "sentence"),
    [
        ("fan", {"kind": "guess"}, "has 'guess' in the column 'kind': use observed or forecast"),
        ("pyramid", {"sex": "female"}, "use f or m"),
        ("fan", {"value": "12"}, "has text in the column 'value'"),
        ("fan", {"value": np.inf}, "infinite number in the column 'value'"),
        ("fan", {"value": np.nan, "low": np.nan, "high": np.nan}, "has no value"),
        ("fan", {"year": np.nan}, "without a year"),
        ("fan", {"year": 2020}, "has two rows for series Enontekiö, year 2020"),
        ("fan", {"low": 1e9}, "outside its own interval at series Enontekiö, year 2006"),
        ("fan", {"colour": "red"}, "has the unknown column 'colour'"),
        ("stacked", {"value": -1.0}, "negative value"),
        ("waterfall", {"value": 1.0}, "does not add up at 'Täyttämättä jäävät työpaikat'"),
    ],
)
def test_data_that_a_form_cannot_show_is_refused(form, change, sentence):
    with pytest.raises(DataError, match=sentence):
        exhibit(form, data=exhibit(form).data.assign(**change))


def test_one_end_of_an_interval_is_not_enough():
    with pytest.raises(DataError, match="only one of the columns 'low' and 'high'"):
        exhibit("fan", data=exhibit("fan").data.drop(columns="low"))


def test_a_stack_needs_every_part_in_every_year():
    with pytest.raises(DataError, match="no value for Maa- ja metsätalous, kalatalous in 2007"):
        exhibit("stacked", data=exhibit("stacked").data.iloc[1:])


def test_no_rows_need_a_reason():
    with pytest.raises(DataError, match="give the reason in `missing`"):
        exhibit("fan", data=exhibit("fan").data.iloc[:0])


def test_a_misspelt_option_names_the_nearest():
    with pytest.raises(DataError, match="no option 'colors': did you mean 'colours'"):
        exhibit("fan", options={"colors": {}})


def test_an_unknown_form_names_the_nearest():
    with pytest.raises(UserError, match="did you mean 'bars'"):
        Exhibit(**{**vars(exhibit("bars")), "form": "bar"})


@pytest.mark.parametrize(
    ("values", "digits"), [([1, 2, 3], 0), ([0.123, 0.4], 2), ([12.34, 0.1], 1), ([1234.5, 0.1], 0), ([np.nan], 0)]
)
def test_values_get_as_many_decimals_as_they_need(values, digits):
    assert choose_decimals(pd.DataFrame({"value": values}), {}) == digits
    assert choose_decimals(pd.DataFrame({"value": values}), {"decimals": 3}) == 3
