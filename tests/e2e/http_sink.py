"""A web server on this machine that notes every request and answers with what it was asked, as JSON."""

import http.server
import json
import threading
import urllib.parse


class Sink:
    """`/status/404` answers with that status; every other path with 200. `requests` is what came, in order."""

    def __init__(self):
        self.requests = []  # {"method", "path", "query", "headers", "body"}
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                sink._answer(self)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _answer(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
        request = {"method": handler.command, "path": url.path, "query": url.query,
                   "headers": {name.lower(): value for name, value in handler.headers.items()}, "body": body}
        self.requests.append(request)
        status = int(url.path.split("/")[2]) if url.path.startswith("/status/") else 200
        answer = json.dumps({name: request[name] for name in ("method", "path", "query", "body")}).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(answer)
