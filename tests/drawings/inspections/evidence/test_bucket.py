"""The files of evidence in a bucket: put, read, listed and taken away through our storage alias, and nothing of it public.

The bucket is a small server of the S3 protocol in this process. It needs the optional `s3` packages, which .ci/long installs.
"""

import re
import threading
import uuid
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.files.storage import storages
from evidence.photo_files import photo

from drawings.inspections.evidence import kept_files, verbs
from drawings.models import Evidence

pytestmark = pytest.mark.long
LISTED = (
    "<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>",
    "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>",
    "<Contents><Key>{}</Key><Size>1</Size></Contents>",
)


class Store(BaseHTTPRequestHandler):
    """Objects in a dictionary of the server: put (also in parts), get, head, list, delete."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *given):
        pass

    def answer(self, status=200, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_one(self):
        if self.server.away:
            self.close_connection = True
            return None
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = urlsplit(self.path)
        query = parse_qs(address.query, keep_blank_values=True)
        key = unquote(address.path).removeprefix("/photos").removeprefix("/")
        kept = self.server.kept
        self.server.seen.append((self.command, key, query, dict(self.headers)))
        if "AWS4-HMAC-SHA256 Credential=someone/" not in self.headers.get("Authorization", ""):
            return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        if self.command == "PUT":
            part = query.get("partNumber")
            kept[f"{key}?{part[0]}" if part else key] = body
            return self.answer(ETag='"1"')
        if self.command == "POST":
            if "uploads" in query:
                return self.answer(
                    body=b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
                )
            numbers = re.findall(rb"<PartNumber>(\d+)<", body)
            kept[key] = b"".join(kept.pop(f"{key}?{int(number)}") for number in numbers)
            return self.answer(body=b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        if not key:
            return self.list(query.get("prefix", [""])[0])
        if self.command == "DELETE":
            kept.pop(key, None)
            return self.answer(204)
        if key not in kept:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        if spans := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(spans[1]), int(spans[2] or len(kept[key]) - 1)
            said = f"bytes {first}-{last}/{len(kept[key])}"
            return self.answer(206, kept[key][first : last + 1], ETag='"1"', Content_Range=said)
        return self.answer(body=kept[key], ETag='"1"', Last_Modified=formatdate(0, usegmt=True))

    def list(self, prefix):
        rests = [key.removeprefix(prefix) for key in sorted(self.server.kept) if key.startswith(prefix)]
        folders = sorted({rest.split("/")[0] + "/" for rest in rests if "/" in rest})
        found = "".join(LISTED[1].format(prefix + folder) for folder in folders)
        found += "".join(LISTED[2].format(prefix + rest) for rest in rests if "/" not in rest)
        self.answer(body=LISTED[0].format(found).encode())

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_one


@pytest.fixture
def bucket():
    from drawings.inspections.evidence.bucket import PrivateBucket

    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    server.kept, server.seen, server.away = {}, [], False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    storages._storages["evidence"] = PrivateBucket(
        bucket_name="photos", endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name=None, access_key="someone", secret_key="secret",
    )  # fmt: skip
    yield server
    server.shutdown()
    server.server_close()


def test_evidence_lies_in_a_bucket_as_on_a_disk_and_none_of_it_is_public(
    bucket, phone, taken, login, lead, reviewer
):
    content = photo(text="1") + bytes(9 * 1024 * 1024)  # in parts
    assert phone.send(content)[0] == 201
    row = Evidence.objects.get()
    assert sorted(bucket.kept) == sorted([row.copy_name, row.original_name])
    assert bucket.kept[row.original_name] == content
    client = login(lead)
    assert client.get(phone.address(row.key, "original")).content == content
    page = client.get(phone.address()).content.decode()
    assert client.get(phone.address(row.key, "small")).status_code == 200

    bucket.kept["9/stray.jpg"] = b"x"  # of 1970
    checked, faults, strays = kept_files.compare()
    assert (checked, faults, strays) == (2, (), ("9/stray.jpg",))
    bucket.kept[row.copy_name] += b"x"
    del bucket.kept[row.original_name]
    assert [fault.split("：")[1][:3] for fault in kept_files.compare().faults] == ["副本和", "原件不"]
    assert client.get(phone.address(row.key, "original")).status_code == 404

    written = [
        headers
        for command, _, query, headers in bucket.seen
        if command == "PUT" and "partNumber" not in query
    ]
    written += [headers for command, _, query, headers in bucket.seen if "uploads" in query]
    assert {headers["x-amz-acl"] for headers in written} == {"private"} and len(written) == 2
    assert str(bucket.server_port) not in page and "photos/" not in page
    with pytest.raises(ValueError, match="no address"):
        storages["evidence"].url(row.copy_name)


def test_a_bucket_that_is_away_is_told_and_nothing_is_half_written(bucket, phone, monkeypatch):
    monkeypatch.setattr(verbs, "_trace", lambda *given, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        phone.send(photo(), key=uuid.uuid4())
    assert bucket.kept == {}  # the row failed: its files are taken away
    monkeypatch.undo()
    bucket.away = True
    status, told = phone.send(photo())
    assert (status, "存放照片的地方连不上，没有保存" in told["error"]) == (507, True)
    assert not Evidence.objects.exists()
