"""`hook.py PORT FILE`: takes Alertmanager's notifications, and writes each as a line of JSON.

A process of its own, because it listens inside a namespace.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


def serve(port: int, file: str) -> None:
    """Listen until the process is ended; the receiver is the path of the request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with open(file, "a") as out:
                out.write(json.dumps([self.path.strip("/"), json.loads(body)]) + "\n")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing: the file is what it has to say."""

    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
