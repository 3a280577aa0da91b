"""Raw answers of producers, kept on disk with address, question, time and hash.

Those of a run that is not finished lie in `pending`, so that the next run goes on where it broke off; those of a
finished one in a folder named by its moment, as what the tables were made of.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

import requests

from amoanalysis.config.files import write_atomically
from amoanalysis.config.version import __version__
from amoanalysis.errors import AmoError, DataError

PENDING = "pending"
# An interrupted run goes on with answers of the last day; older ones may have been superseded.
KEPT_FOR = timedelta(days=1)


class AnswerStore:
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
        with write_atomically(raw) as path:
            path.write_bytes(gzip.compress(content, compresslevel=3, mtime=0))
        with write_atomically(about) as path:
            path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def finish(self, stamp: str) -> None:
        """Sets the answers of a finished run apart, under its moment."""
        pending = self.folder / PENDING
        if pending.is_dir():
            pending.replace(self.folder / stamp)

    def discard(self) -> None:
        """Drops the answers of a run that changed nothing."""
        shutil.rmtree(self.folder / PENDING, ignore_errors=True)

    def _paths(self, url: str, body: str | None) -> tuple[Path, Path]:
        key = hashlib.sha256(f"{url}\n{body or ''}".encode()).hexdigest()[:24]
        return self.folder / PENDING / f"{key}.json", self.folder / PENDING / f"{key}.gz"


# The largest answers known hold some 10 MB; what goes on beyond this is no answer.
LARGEST_ANSWER = 64 * 2**20
LONGEST_ANSWER = 300.0
CHUNK = 2**16
CONNECT_SECONDS, READ_SECONDS = 20, 60
BUSY = (429, 502, 503, 504)
TRIES = 6
LONGEST_WAIT = 120.0


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> float:
        """Seconds since some moment."""

    def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The time of the machine."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)


@dataclass
class Throttle:
    """No more than so many calls within any window of so many seconds.

    Attributes:
        clock: the time.
        calls: how many calls a window may hold; no limit where 0.
        window: seconds.
        answered_at: moments at which the last calls were answered.
    """

    clock: Clock
    calls: int = 0
    window: float = 0.0
    answered_at: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Waits until one more call is allowed."""
        while self.calls:
            now = self.clock.now()
            while self.answered_at and now - self.answered_at[0] >= self.window:
                self.answered_at.popleft()
            if len(self.answered_at) < self.calls:
                break
            self.clock.sleep(self.window - (now - self.answered_at[0]))

    def count(self) -> None:
        """Counts a call, once it is answered: the server counted it before that."""
        self.answered_at.append(self.clock.now())


class HttpClient:
    """A session with servers; each has a throttle of its own.

    Attributes:
        clock: the time.
        largest: bytes that an answer may hold at most, unpacked.
    """

    def __init__(self, clock: Clock | None = None, largest: int | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.largest = largest or LARGEST_ANSWER
        self._session: requests.Session | None = None

    def ask(self, url: str, throttle: Throttle, body: str | None = None) -> bytes:
        """The answer to a question, asked again while the server is busy.

        Args:
            url: the address.
            throttle: how often the server may be asked.
            body: JSON to send; a GET where there is none.

        Returns:
            The bytes of the answer.

        Raises:
            AmoError: if the server cannot be reached or stays busy.
            NotThere: if it knows no such address.
            DataError: if it refuses, or its answer does not end.
        """
        for attempt in range(TRIES):
            throttle.wait()
            response = self._send(url, body, attempt)
            throttle.count()
            if response is None:
                continue
            with response:
                if response.status_code not in BUSY:
                    return self._content(response, url)
                wait = _retry_after(response.headers.get("Retry-After"), attempt)
            if attempt + 1 < TRIES:
                self.clock.sleep(wait)
        raise AmoError(f"{_host(url)} stays busy or out of reach after {TRIES} tries: run the command again later.")

    def _send(self, url: str, body: str | None, attempt: int) -> requests.Response | None:
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.headers["User-Agent"] = f"amoanalysis/{__version__}"
        sent = None if body is None else body.encode()
        try:
            return self._session.request(
                "GET" if sent is None else "POST",
                url,
                data=sent,
                headers={"Content-Type": "application/json"} if sent else {},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                stream=True,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            if attempt + 1 == TRIES // 2:
                raise AmoError(
                    f"{_host(url)} cannot be reached ({type(error).__name__}): see to the connection, then run the "
                    "command again; what has come so far is kept."
                ) from error
            self.clock.sleep(2.0**attempt)
            return None
        except requests.RequestException as error:
            raise AmoError(f"{url} cannot be asked ({type(error).__name__}): mend the address.") from error

    def _content(self, response: requests.Response, url: str) -> bytes:
        import requests

        begun, parts, size = self.clock.now(), [], 0
        try:
            for part in response.iter_content(CHUNK):
                parts.append(part)
                size += len(part)
                if size > self.largest or self.clock.now() - begun > LONGEST_ANSWER:
                    raise DataError(
                        f"The answer of {_host(url)} does not end ({size // 2**20} MB came): ask for less, or later."
                    )
        except requests.RequestException as error:
            raise DataError(
                f"The answer of {_host(url)} broke off after {size} bytes ({type(error).__name__}): ask again."
            ) from error
        content = b"".join(parts)
        if response.status_code == 404 or (response.status_code == 400 and b"not found" in content.lower()):
            raise NotFoundError(f"{url} is not there (404): the table or the server has another address now.")
        if response.status_code >= 500:
            raise AmoError(f"{_host(url)} answers with an error of its own ({response.status_code}): try again later.")
        if response.status_code != 200:
            said = " ".join(re.sub(r"<[^>]*>", " ", content[:400].decode("utf-8", "replace")).split())[:120]
            raise DataError(
                f"{_host(url)} refused the question ({response.status_code}: {said}): mend it in sources.toml."
            )
        return content


class NotFoundError(DataError):
    """The server knows no such address."""


def _host(url: str) -> str:
    return url.split("/")[2] if "://" in url else url


def _retry_after(header: str | None, attempt: int) -> float:
    """Seconds to wait: what the server says, as seconds or as a date, else ever longer."""
    wait = 2.0**attempt
    if header and header.strip().isdigit():
        wait = float(header)
    elif header:
        with suppress(TypeError, ValueError):
            wait = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 0.1), LONGEST_WAIT)
