"""Phones at the gate: what they hold, and how they send it. For `bench_officers.py`."""

import io
import json
import random
import time
from base64 import b64encode
from collections import Counter, defaultdict
from http.client import HTTPConnection, HTTPException

from PIL import Image, ImageDraw

CSRF = "b" * 32
LOST = 0.1  # of all forms: nobody hears their answer
PAUSE, PATIENCE = 5, 600  # seconds: the outbox's first pause, and when a step counts as lost


class Lost(Exception):
    """A step that the server does not take, or did not take in all that time."""


class Told:
    """What all phones found: seconds of each step, repeats, what is lost, and the photos that must be there."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.again, self.lost = Counter(), []
        self.photos: dict[int, dict[str, str]] = defaultdict(
            dict
        )  # {inspection: {key: digest of the original}}
        self.originals: set[str] = set()


def picture(size: tuple[int, int], grain: int) -> bytes:
    """A grey wall with some grain, as large as a photo of that size."""
    image, out = Image.effect_noise(size, grain), io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def named(jpeg: bytes, name: str) -> bytes:
    """The same picture with a comment in it: another file for each photo."""
    comment = name.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + jpeg[2:]


def signature() -> str:
    image, out = Image.new("L", (600, 240), "white"), io.BytesIO()
    points = [(60 + 40 * step, 120 + (step * 7 % 9 - 4) * 18) for step in range(13)]
    ImageDraw.Draw(image).line(points, fill="black", width=6)
    image.save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()


def multipart(fields: dict, content: bytes | None) -> tuple[bytes, str]:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    if content is not None:
        head = b'Content-Disposition: form-data; name="file"; filename="1.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        parts.append(head + content)
    edge = "edge-of-the-bench-officers"
    body = b"".join(b"--" + edge.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Phone:
    """One session, one step after another; it repeats a step until there is an answer that counts."""

    def __init__(self, port: int, session: str, told: "Told", dice: random.Random):
        self.port, self.told, self.dice = port, told, dice
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Accept": "application/json",
        }

    def ask(
        self,
        step: str,
        path: str,
        fields: dict | None = None,
        content: bytes | None = None,
        *,
        page: bool = False,
    ):
        """Return the answer's JSON, or its text; the form of a page is sent as a browser does, and leads on."""
        began, pause, wanted = time.perf_counter(), PAUSE, (200, 201, 302)
        headers = self.headers | ({"Accept": "text/html"} if page else {})
        method, body = "GET", None
        if fields is not None:
            method = "POST"
            body, headers["Content-Type"] = multipart(fields, content)
            if self.dice.random() < LOST:
                self.told.again[f"{step}: cut off by the client"] += 1
                self._send(method, path, body, headers, deaf=True)
        while time.perf_counter() - began < PATIENCE:
            try:
                status, text = self._send(method, path, body, headers)
            except (OSError, HTTPException) as error:
                status, text = 0, repr(error)
            if status in wanted:
                self.told.times[step].append(time.perf_counter() - began)
                return text if page or fields is None else json.loads(text)
            if 0 < status < 500 and status != 429:
                raise Lost(f"{step} {path}: {status} {text[:600]}")
            self.told.again[f"{step}: {status or text[:60]}"] += 1
            time.sleep(pause)
            pause *= 2
        raise Lost(f"{step} {path}: no answer")

    def _send(self, method: str, path: str, body: bytes | None, headers: dict, *, deaf: bool = False):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, headers)
            if deaf:
                return 0, ""
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
