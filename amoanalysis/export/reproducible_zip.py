"""Office files whose bytes depend only on their content, not on the time of writing."""

import io
import re
import zipfile

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(</dcterms:)")


def rewrite_with_fixed_times(archive: bytes) -> bytes:
    """Rewrites an office file with FIXED_TIME in place of all times, also in the workbooks embedded in it.

    Args:
        archive: bytes of an XLSX or PPTX file.

    Returns:
        The same parts in the same order.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".xlsx"):
                content = rewrite_with_fixed_times(content)
            elif name == "docProps/core.xml":
                content = _STAMPS.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            # PNG files are compressed already.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content)
    return target.getvalue()
