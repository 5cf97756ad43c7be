"""Ask the running site over its socket file whether it is ready: exit status 0, or 1 with what is wrong. Standard library only."""

import http.client
import json
import socket
import sys

SOCKET = "/run/wugang/site.sock"


class Unix(http.client.HTTPConnection):
    """HTTP over a socket file."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def main() -> int:
    connection = Unix("localhost", timeout=10)
    try:
        connection.request("GET", "/healthz/ready")
        answer = connection.getresponse()
        found = json.loads(answer.read())
    except (OSError, ValueError, http.client.HTTPException) as fault:
        print(f"没有回答：{fault}", file=sys.stderr)
        return 1
    if answer.status != 200:
        wrong = [name for name, state in found["conditions"].items() if state == "fault"]
        print(f"没有就绪：{'、'.join(wrong)}。请运行 wugang-manage doctor。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
