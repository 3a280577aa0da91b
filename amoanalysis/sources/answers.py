"""Raw answers of producers, kept on disk with address, question, time and hash.

Those of a run that is not finished lie in `pending`, so that the next run goes on where it broke off; those of a
finished one in a folder named by its moment, as what the tables were made of.
"""

import gzip
import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from amoanalysis.files import whole

PENDING = "pending"
# An interrupted run goes on with answers of the last day; older ones may have been superseded.
KEPT_FOR = timedelta(days=1)


class Answers:
    """The answers of a run.

    Attributes:
        folder: where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, url: str, body: str | None) -> bytes | None:
        """An answer of the interrupted run, if it is whole and not too old."""
        about, raw = self._paths(url, body)
        try:
            known = json.loads(about.read_text(encoding="utf-8"))
            content = gzip.decompress(raw.read_bytes())
            age = datetime.now(UTC) - datetime.fromisoformat(known["retrieved"])
            fits = known["sha256"] == hashlib.sha256(content).hexdigest()
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None
        return content if fits and age < KEPT_FOR else None

    def keep(self, url: str, body: str | None, content: bytes) -> None:
        """Keeps an answer that was found to be in order."""
        about, raw = self._paths(url, body)
        known = {
            "url": url,
            "query": None if body is None else json.loads(body),
            "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        with whole(raw) as path:
            path.write_bytes(gzip.compress(content, compresslevel=3, mtime=0))
        with whole(about) as path:
            path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def finish(self, stamp: str) -> None:
        """Sets the answers of a finished run apart, under its moment."""
        pending = self.folder / PENDING
        if pending.is_dir():
            pending.replace(self.folder / stamp)

    def forget(self) -> None:
        """Drops the answers of a run that changed nothing."""
        shutil.rmtree(self.folder / PENDING, ignore_errors=True)

    def _paths(self, url: str, body: str | None) -> tuple[Path, Path]:
        key = hashlib.sha256(f"{url}\n{body or ''}".encode()).hexdigest()[:24]
        return self.folder / PENDING / f"{key}.json", self.folder / PENDING / f"{key}.gz"
