import io
import zipfile

import pytest

from amoanalysis.export.reproducible_zip import rewrite_with_fixed_times

pytestmark = pytest.mark.unit


def archive(year: int, **parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as zipped:
        for name, content in parts.items():
            zipped.writestr(
                zipfile.ZipInfo(name.replace("__", "/").replace("_x", ".x"), (year, 1, 2, 3, 4, 6)), content
            )
    return target.getvalue()


def test_the_time_of_writing_does_not_matter():
    core = b'<dcterms:created xsi:type="dcterms:W3CDTF">%d-01-01T00:00:00Z</dcterms:created>'
    one, other = (
        rewrite_with_fixed_times(archive(year, docProps__core_xml=core % year, a=b"1")) for year in (2019, 2024)
    )
    assert one == other


def test_an_embedded_workbook_has_fixed_times_too():
    one, other = (
        rewrite_with_fixed_times(archive(year, embedded_xlsx=archive(year, sheet=b"7"))) for year in (2019, 2024)
    )
    assert one == other


def test_content_and_order_are_kept():
    with zipfile.ZipFile(io.BytesIO(rewrite_with_fixed_times(archive(2020, b=b"2", a=b"1")))) as zipped:
        assert zipped.namelist() == ["b", "a"]
        assert zipped.read("a") == b"1"
