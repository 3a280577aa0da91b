"""HTTP requests to producers: throttling, retries, a limit on size, and the store of responses.

The loop over attempts is written here rather than with `urllib3.util.Retry`, because PxWeb counts every attempt in its
window of calls: each one, retries included, has to pass the throttle. The store is not `requests-cache`, because only
a response whose content has been validated is stored, and it is kept as the source of the tables.
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
# An interrupted refresh reuses responses of the last day; older ones may be outdated.
MAX_AGE = timedelta(days=1)
# The largest known responses have about 10 MB.
LARGEST_ANSWER = 64 * 2**20
LONGEST_ANSWER_SECONDS = 300.0
CHUNK_BYTES = 2**16
CONNECT_SECONDS, READ_SECONDS = 20, 60
BUSY_STATUS = (429, 502, 503, 504)
TRIES = 6
LONGEST_WAIT_SECONDS = 120.0


class NotFoundError(DataError):
    """The server has no such address."""


class AnswerStore:
    """Stores the raw responses of a refresh with address, query, time and hash.

    Responses of an unfinished refresh are in `pending`, so that the next refresh can resume. Those of a finished
    refresh are in a folder named after its time.

    Attributes:
        folder: folder of the store.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, url: str, body: str | None) -> bytes | None:
        """Returns a stored response of the unfinished refresh; None if it is missing, damaged or too old."""
        metadata_path, content_path = self._paths(url, body)
        try:
            metadata = json.loads(metadata_path.read_text(encoding="utf-8"))
            content = gzip.decompress(content_path.read_bytes())
            age = datetime.now(UTC) - datetime.fromisoformat(metadata["retrieved"])
            intact = metadata["sha256"] == hashlib.sha256(content).hexdigest()
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None
        return content if intact and age < MAX_AGE else None

    def save(self, url: str, body: str | None, content: bytes) -> None:
        """Stores a response that has been validated."""
        metadata_path, content_path = self._paths(url, body)
        metadata = {
            "url": url,
            "query": None if body is None else json.loads(body),
            "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        with write_atomically(content_path) as path:
            path.write_bytes(gzip.compress(content, compresslevel=3, mtime=0))
        with write_atomically(metadata_path) as path:
            path.write_text(json.dumps(metadata, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def archive(self, stamp: str) -> None:
        """Moves the responses of a finished refresh to a folder named after its time."""
        pending = self.folder / PENDING
        if pending.is_dir():
            pending.replace(self.folder / stamp)

    def discard(self) -> None:
        """Deletes the responses of a refresh that changed nothing."""
        shutil.rmtree(self.folder / PENDING, ignore_errors=True)

    def _paths(self, url: str, body: str | None) -> tuple[Path, Path]:
        key = hashlib.sha256(f"{url}\n{body or ''}".encode()).hexdigest()[:24]
        return self.folder / PENDING / f"{key}.json", self.folder / PENDING / f"{key}.gz"


class Clock(Protocol):
    """A clock that can wait; tests replace it."""

    def now(self) -> float:
        """Returns the time in seconds."""

    def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The clock of the computer."""

    def now(self) -> float:
        """Returns the time in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)


@dataclass
class Throttle:
    """Limits the number of calls in any window of time.

    Attributes:
        clock: the clock.
        calls: largest number of calls in a window; 0 for no limit.
        window: length of the window in seconds.
        answered_at: times at which the last calls were answered.
    """

    clock: Clock
    calls: int = 0
    window: float = 0.0
    answered_at: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Waits until another call is allowed."""
        while self.calls:
            now = self.clock.now()
            while self.answered_at and now - self.answered_at[0] >= self.window:
                self.answered_at.popleft()
            if len(self.answered_at) < self.calls:
                break
            self.clock.sleep(self.window - (now - self.answered_at[0]))

    def count(self) -> None:
        """Counts a call at the time of its response, which is later than the server's own count."""
        self.answered_at.append(self.clock.now())


class HttpClient:
    """An HTTP session for all servers.

    Attributes:
        clock: the clock.
        largest: largest size of a response in bytes, decompressed.
    """

    def __init__(self, clock: Clock | None = None, largest: int | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.largest = largest or LARGEST_ANSWER
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"amoanalysis/{__version__}"

    def request(self, url: str, throttle: Throttle, body: str | None = None) -> bytes:
        """Sends a request; repeats it while the server is busy.

        Args:
            url: the address.
            throttle: the throttle of the server.
            body: JSON to post; a GET request if None.

        Returns:
            The content of the response.

        Raises:
            AmoError: if the server cannot be reached or stays busy.
            NotFoundError: if the server has no such address.
            DataError: if the server refuses the request, or the response is too large or incomplete.
        """
        for attempt in range(TRIES):
            throttle.wait()
            response = self._send(url, body, attempt)
            throttle.count()
            if response is None:
                continue
            with response:
                if response.status_code not in BUSY_STATUS:
                    return self._read_content(response, url)
                wait = _seconds_to_wait(response.headers.get("Retry-After"), attempt)
            if attempt + 1 < TRIES:
                self.clock.sleep(wait)
        raise AmoError(f"{_host(url)} stays busy or out of reach after {TRIES} tries: run the command again later.")

    def _send(self, url: str, body: str | None, attempt: int) -> requests.Response | None:
        """Sends a request once; None if there was no connection and another attempt is due."""
        try:
            return self._session.request(
                "GET" if body is None else "POST",
                url,
                data=None if body is None else body.encode(),
                headers={} if body is None else {"Content-Type": "application/json"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                stream=True,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            if attempt + 1 == TRIES // 2:
                raise AmoError(
                    f"{_host(url)} cannot be reached ({type(error).__name__}): check the connection, then run the "
                    "command again; the responses received so far are kept."
                ) from error
            self.clock.sleep(2.0**attempt)
            return None
        except requests.RequestException as error:
            raise AmoError(f"{url} cannot be requested ({type(error).__name__}): correct the address.") from error

    def _read_content(self, response: requests.Response, url: str) -> bytes:
        start, parts, size = self.clock.now(), [], 0
        try:
            for part in response.iter_content(CHUNK_BYTES):
                parts.append(part)
                size += len(part)
                if size > self.largest or self.clock.now() - start > LONGEST_ANSWER_SECONDS:
                    raise DataError(
                        f"The response of {_host(url)} does not end ({size // 2**20} MB received): "
                        "request less, or try later."
                    )
        except requests.RequestException as error:
            raise DataError(
                f"The response of {_host(url)} broke off after {size} bytes ({type(error).__name__}): retry."
            ) from error
        content = b"".join(parts)
        if response.status_code == 404 or (response.status_code == 400 and b"not found" in content.lower()):
            raise NotFoundError(f"{url} was not found (404): the table or the server has a new address.")
        if response.status_code >= 500:
            raise AmoError(f"{_host(url)} has an internal error ({response.status_code}): try again later.")
        if response.status_code != 200:
            message = " ".join(re.sub(r"<[^>]*>", " ", content[:400].decode("utf-8", "replace")).split())[:120]
            raise DataError(
                f"{_host(url)} refused the query ({response.status_code}: {message}): correct it in sources.toml."
            )
        return content


def _host(url: str) -> str:
    return url.split("/")[2] if "://" in url else url


def _seconds_to_wait(retry_after: str | None, attempt: int) -> float:
    """Returns the wait from the Retry-After header, in seconds or as a date; by default it doubles per attempt."""
    wait = 2.0**attempt
    if retry_after and retry_after.strip().isdigit():
        wait = float(retry_after)
    elif retry_after:
        with suppress(TypeError, ValueError):
            wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 0.1), LONGEST_WAIT_SECONDS)
