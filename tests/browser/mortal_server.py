"""A server that is a process of its own and really dies: by SIGKILL, at a moment of a request that a test names.

It is forked from the test, so that it stands on the test's database, stopped clock and patched release.
"""

import os
import signal
import socket
import threading
import time
import traceback

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from django.urls import get_resolver

from wugang_audit.audit import trail

BEFORE = "before"  # half of what is sent has been read
WITHIN = "within"  # files and rows are written, the transaction is open
ANSWERED = "answered"  # all is done, the phone does not hear of it
SILENT = "silent"  # nothing is done and no answer comes, until the server is stopped
LATE = "late"  # the form is served as it was before a save, and arrives after the phone has heard of that
_here = threading.local()


def die(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """The site, which dies in the first POST to an address with a certain ending."""

    def __init__(self, ending, moment):
        self.site, self.ending, self.moment = WSGIHandler(), ending, moment
        self.served, self.heard, self.is_saved = threading.Event(), threading.Event(), False
        record = trail.record
        trail.record = lambda *given, **named: (
            die() if getattr(_here, "dies", False) else record(*given, **named)
        )

    def __call__(self, environ, start_response):
        is_it = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith(self.ending)
        if self.moment == LATE:
            return self._late(environ, start_response, is_it)
        if not is_it:
            return self.site(environ, start_response)
        if self.moment == SILENT:
            threading.Event().wait()
        if self.moment == BEFORE:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]) // 2)
            die()
        _here.dies = self.moment == WITHIN
        list(self.site(environ, start_response))
        die()

    def _late(self, environ, start_response, is_save):
        path = environ["PATH_INFO"]
        if is_save:
            self.served.wait()
        if self.is_saved and path == "/inspections/offline.json":
            self.heard.set()
        answer = list(self.site(environ, start_response))
        self.is_saved |= is_save
        if environ["REQUEST_METHOD"] == "GET" and path.endswith(self.ending) and not self.served.is_set():
            self.served.set()
            self.heard.wait()
        return answer


class Server:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url, self.process = f"http://localhost:{self.port}", 0
        # What is found and imported here need not be found by each process of it.
        WSGIHandler()
        get_resolver().url_patterns  # noqa: B018

    def start(self, ending="", moment=""):
        """Start it, again where it died: ``start("/evidence/", ANSWERED)`` lets it die in the next photo."""
        self.stop()
        connections.close_all()  # a connection does not live in two processes
        self.process = os.fork()
        if not self.process:
            try:
                self._serve(Mortal(ending, moment) if ending else WSGIHandler())
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        while True:
            with socket.socket() as asked:
                if not asked.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.01)

    def _serve(self, site):
        server = ThreadedWSGIServer(("127.0.0.1", self.port), QuietWSGIRequestHandler)
        server.set_app(site)
        server.serve_forever()

    def stop(self):
        """Kill it, unless it is dead."""
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.process = 0

    def has_died(self):
        """Wait until it has killed itself."""
        os.waitpid(self.process, 0)
        self.process = 0
