import io
import zipfile

import pytest

from amoanalysis.export.workbook import settled

pytestmark = pytest.mark.unit


def archive(year: int, **parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as zipped:
        for name, content in parts.items():
            zipped.writestr(
                zipfile.ZipInfo(name.replace("__", "/").replace("_x", ".x"), (year, 1, 2, 3, 4, 6)), content
            )
    return target.getvalue()


def test_the_time_of_writing_leaves_no_trace():
    core = b'<dcterms:created xsi:type="dcterms:W3CDTF">%d-01-01T00:00:00Z</dcterms:created>'
    one, other = (settled(archive(year, docProps__core_xml=core % year, a=b"1")) for year in (2019, 2024))
    assert one == other


def test_a_workbook_within_is_settled_too():
    one, other = (settled(archive(year, embedded_xlsx=archive(year, sheet=b"7"))) for year in (2019, 2024))
    assert one == other


def test_content_and_order_stay():
    with zipfile.ZipFile(io.BytesIO(settled(archive(2020, b=b"2", a=b"1")))) as zipped:
        assert zipped.namelist() == ["b", "a"]
        assert zipped.read("a") == b"1"
