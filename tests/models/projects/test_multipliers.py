import numpy as np
import pytest

from amoanalysis.errors import DataError
from amoanalysis.models.projects.multipliers import direct_requirements, leontief_inverse

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def lapland(data):
    concordance = data.concordance("io_industries")
    return data.table("input_output_2014"), concordance, concordance["code"].tolist()


def test_the_output_weighted_multiplier_of_lapland_is_that_of_the_published_table(lapland):
    requirements, output = direct_requirements(lapland[0], lapland[2])
    multipliers = leontief_inverse(requirements).sum(axis=0)
    assert multipliers @ output / output.sum() == pytest.approx(1.39, abs=0.01)


def test_the_inverse_solves_the_quantity_system(lapland):
    requirements, output = direct_requirements(lapland[0], lapland[2])
    final = output - requirements @ output
    np.testing.assert_allclose(leontief_inverse(requirements) @ final, output)


def test_a_table_that_leaves_no_surplus_or_lacks_an_industry_is_refused(lapland):
    with pytest.raises(DataError, match="no surplus"):
        leontief_inverse(np.array([[0.6, 0.6], [0.6, 0.6]]))
    with pytest.raises(DataError, match="missing"):
        direct_requirements(lapland[0], ["01", "99"])
