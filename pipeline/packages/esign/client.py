"""Talks with the signing service by its interface: who we are, a new job, news of jobs, results, confirmations."""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.errors import EsignError
from pipeline.packages.esign.answers import Created, News, created, news, next_poll, refusal
from pipeline.packages.esign.connection import Answer, Connection, UncertainError
from pipeline.packages.esign.job import Kind


class RefusedError(EsignError):
    """The service has said no, and nothing came of the request."""


@dataclass(frozen=True)
class Polled:
    """What the service said when asked for news."""

    news: News | None
    next_poll: datetime.datetime
    """Before this it must not be asked again."""


@dataclass(frozen=True)
class Service:
    """The service for one sender. Every method raises EsignError."""

    connection: Connection
    endpoint: str
    sender: str
    """The sender's organisation number."""
    queue: str
    """The queue of news that this program alone reads."""
    pause: float
    """Seconds before something harmless is asked a second time; before the third it is twice that."""

    @property
    def root(self) -> str:
        """The address below which all of the sender's requests go."""
        return f"{self.endpoint}/{self.sender}"

    def greet(self) -> None:
        """Sees that the service is there and knows the certificate, while there is nothing to lose."""
        _require(self._again("GET", self.root))

    def create(self, kind: Kind, request: bytes, bundle: bytes) -> Created:
        """Asks for a new job, once. Raises RefusedError or NotReachedError where there is none, else UncertainError."""
        boundary = hashlib.sha256(bundle).hexdigest()[:32]
        headers = {"Content-Type": f"multipart/mixed; boundary={boundary}", "Accept": "application/xml"}
        body = _multipart(boundary, ("application/xml", request), ("application/octet-stream", bundle))
        answer = self.connection.ask("POST", self._jobs(kind), body, headers)
        if 400 <= answer.status < 500:
            raise RefusedError(refusal(answer))
        if not 200 <= answer.status < 300:
            raise UncertainError(refusal(answer))
        try:
            return created(answer.body)
        except EsignError as error:
            raise UncertainError(error.message) from error

    def poll(self, kind: Kind, now: Callable[[], datetime.datetime]) -> Polled:
        """Asks for news of any of the sender's jobs in the queue."""
        answer = self._again("GET", f"{self._jobs(kind)}?polling_queue={quote(self.queue)}")
        if answer.status not in {204, 429}:
            _require(answer)
        return Polled(news(answer.body) if answer.status == 200 else None, next_poll(answer, now()))

    def fetch(self, url: str) -> bytes:
        """A signed document."""
        answer = self._again("GET", url)
        _require(answer)
        return answer.body

    def confirm(self, url: str) -> None:
        """Tells the service that news has been dealt with, without which it tells it again."""
        _require(self._again("POST", url))

    def _jobs(self, kind: Kind) -> str:
        return f"{self.root}/{kind}/signature-jobs"

    def _again(self, method: str, url: str) -> Answer:
        """Asks something that does no harm twice, and so again where the answer was lost or the service has a fault."""
        headers = {"Accept": "application/xml, application/octet-stream, text/plain"}
        for pause in (self.pause, 2 * self.pause):
            try:
                answer = self.connection.ask(method, url, headers=headers)
            except UncertainError:
                time.sleep(pause)
                continue
            if answer.status < 500:
                return answer
            time.sleep(pause)
        return self.connection.ask(method, url, headers=headers)


def _require(answer: Answer) -> None:
    if 400 <= answer.status < 500:
        raise RefusedError(refusal(answer))
    if not 200 <= answer.status < 300:
        raise EsignError(f"{refusal(answer)} Try again later.")


def _multipart(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    """Several bodies in one (RFC 2046, 5.1)."""
    pieces = [f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode() + content + b"\r\n" for kind, content in parts]
    return b"".join(pieces) + f"--{boundary}--\r\n".encode()
