from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.data.checks.folder import check_folder
from amoanalysis.data.checks.result import Finding
from amoanalysis.data.load import Data

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def findings(snapshot: Data) -> list[Finding]:
    return check_folder(snapshot)


def test_the_snapshot_has_no_error(findings: list[Finding]) -> None:
    assert [finding.message for finding in findings if finding.level == "error"] == []


@pytest.mark.parametrize(
    "known",
    [
        "the age groups of Kittilä (261) have 55-89 residents fewer than all ages",
        "2016 has 61,484 of 68,934 jobs (10.8 % too few; most in 758, 33.9 %)",
        "open_vacancies is suppressed in 397 of 4922 rows",
        "vintage 2024 ends at age 99",
        "figures are missing for Honkajoki, Valtimo",
        "81,301 of 2,274,076 employed persons (3.6 %) have no occupation (99)",
        "period 2019-12: domestic and foreign nights sum to 513,304, the total is 509,571",
    ],
)
def test_what_does_not_add_up_is_listed(known: str, findings: list[Finding]) -> None:
    assert any(known in finding.message for finding in findings if finding.level == "note")


def test_the_complete_year_of_jobs_has_no_note(findings: list[Finding]) -> None:
    assert not any("2017 holds" in finding.message for finding in findings)


def test_each_finding_is_one_sentence_that_names_a_file(findings: list[Finding]) -> None:
    for finding in findings:
        assert "\n" not in finding.message
        assert finding.message.startswith("tables/")
        assert finding.message.endswith(".")


def test_a_folder_of_few_tables_is_sound_and_says_what_it_lacks(copied: Callable[..., Path]) -> None:
    findings = check_folder(Data(copied("total_fertility_rate")))
    assert {finding.level for finding in findings} == {"note"}
    assert any(finding.message.startswith("tables/population.csv is not in this folder") for finding in findings)
