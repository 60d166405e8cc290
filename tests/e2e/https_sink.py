"""An HTTPS proxy that answers for every host itself: what a script sends to the world ends here, over real TLS.

The master is pointed at it by HTTPS_PROXY and by the setting http_ca_file."""

import os
import socketserver
import ssl
import subprocess
import threading


class Sink:
    def __init__(self, folder, hosts):
        self.certificate = os.path.join(folder, "sink.pem")
        key = os.path.join(folder, "sink.key")
        names = ",".join(f"DNS:{host}" for host in hosts)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
             "-out", self.certificate, "-days", "2", "-subj", "/CN=sink", "-addext", f"subjectAltName={names}"],
            check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, key)
        self.requests = []  # {"host", "method", "path", "headers", "body"}
        self.status = {}  # by host; 200 is the rest
        sink = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                sink._tunnel(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def environment(self):
        return {"HTTPS_PROXY": self.address, "SLOTH_RUNNER_HTTP_CA_FILE": self.certificate}

    def _tunnel(self, connection):
        connection.settimeout(20)
        with connection.makefile("rb") as lines:
            method, target, _ = lines.readline().decode().split()
            while lines.readline().strip():
                pass
        if method != "CONNECT":
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            with self.tls.wrap_socket(connection, server_side=True) as inner:
                self._answer(inner, target.rsplit(":", 1)[0])
        except OSError:
            pass  # the client did not want to go on

    def _answer(self, inner, host):
        with inner.makefile("rb") as lines:
            method, path, _ = lines.readline().decode().split()
            headers = {}
            while line := lines.readline().strip().decode():
                name, value = line.split(":", 1)
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0))).decode()
        self.requests.append({"host": host, "method": method, "path": path, "headers": headers, "body": body})
        status = self.status.get(host, "200 OK")
        inner.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".encode())
