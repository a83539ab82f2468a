"""A collector of OpenTelemetry's logs, as far as the protocol's own definitions read what it is sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse


class Collector:
    """Listens on a free port of loopback. `records` has what came, in its order, as LogRecord."""

    def __init__(self):
        self.records = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    assert (self.path, self.headers["Content-Type"]) == ("/v1/logs", "application/json")
                    # It is strict: a member that the definitions do not have is an error.
                    request = json_format.Parse(body, ExportLogsServiceRequest())
                except (AssertionError, json_format.ParseError):
                    self.send_response(400)
                    self.end_headers()
                    raise
                for resource in request.resource_logs:
                    for scope in resource.scope_logs:
                        collector.records.extend(scope.log_records)
                answer = json_format.MessageToJson(ExportLogsServiceResponse()).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def lines(self):
        """The records as the log has them."""
        return [json.loads(record.body.string_value) for record in self.records]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
