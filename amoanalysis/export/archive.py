"""Office files whose bytes depend on their content alone, not on when they were written."""

import io
import re
import zipfile

MOMENT = (1980, 1, 1, 0, 0, 0)
STAMP = b"1980-01-01T00:00:00Z"
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(</dcterms:)")


def settled(archive: bytes) -> bytes:
    """Writes a zip archive anew with fixed times, in its workbooks within too.

    Args:
        archive: bytes of an XLSX or PPTX file.

    Returns:
        The same parts in the same order, with fixed times.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, MOMENT)
            # Pictures are packed already.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, _part(name, old.read(name)))
    return target.getvalue()


def _part(name: str, content: bytes) -> bytes:
    if name.endswith(".xlsx"):
        return settled(content)
    if name == "docProps/core.xml":
        return _STAMPS.sub(rb"\g<1>" + STAMP + rb"\g<2>", content)
    return content
