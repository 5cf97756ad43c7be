"""One JSON object a line, where a program reads the log: whole, masked, with the number of the request."""

import io
import json
import logging
import logging.config
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from wugang_audit.operations.logs import configuration
from wugang_audit.server.access_log import AccessLog


@pytest.fixture
def written():
    """Write lines by the site's configuration: gives them as objects."""
    config = configuration("INFO", as_json=True)
    formatter = dict(config["formatters"]["line"])
    kind = logging.config.DictConfigurator(config).resolve(formatter.pop("()"))
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(kind(**formatter))
    handler.addFilter(logging.config.DictConfigurator(config).resolve(config["filters"]["request"]["()"])())

    def write(log):
        logger = logging.Logger("site")
        logger.addHandler(handler)
        log(logger)
        return [json.loads(line) for line in handler.stream.getvalue().splitlines()]

    return write


def test_a_line_is_an_object_with_the_parts_by_name(written):
    [line] = written(lambda log: log.warning("打开 /visit/%s?token=abc", "x" * 30))
    assert line.keys() == {"time", "level", "logger", "request", "address", "account", "message"}
    assert (line["level"], line["message"]) == ("WARNING", "打开 /visit/***?token=***")


def test_a_fault_of_many_lines_is_one_object(written):
    def fault(log):
        try:
            raise ValueError('a "quoted"\nsecond line')
        except ValueError:
            log.exception("oh")

    [line] = written(fault)
    assert "second line" in line["exc_info"]


def test_the_access_log_holds_whatever_stands_in_an_address():
    """Quotes, a backslash, control characters: the line stays one object, and says them all."""
    config = Config()
    config.set(
        "access_log_format",
        '{"address": "%(h)s", "line": "%(r)s", "status": "%(s)s", "request": "%({x-request-id}o)s"}',
    )
    log = AccessLog(config)
    environ = {
        "RAW_URI": '/units/?q="a\\b\x1f', "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "192.0.2.1",
    }  # fmt: skip
    response = SimpleNamespace(status="200 OK", sent=1, response_length=1, headers=[("x-request-id", "7K3M")])
    atoms = log.atoms_wrapper_class(
        log.atoms(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))
    )
    line = json.loads(config.access_log_format % atoms)
    assert line["line"] == 'GET /units/?q="a\\b\\x1f HTTP/1.1'
    assert (line["address"], line["request"]) == ("192.0.2.1", "7K3M")
