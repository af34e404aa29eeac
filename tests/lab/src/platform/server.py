"""Stand-in for the web console: one page with the node, the brand of local_config.yaml and the logo.

Behaviour: 000 L20 (logo and local_config.yaml make the console the owner's), L184 (the page is what one looks at).
"""
import http.server
import pathlib
import socket

HOME = pathlib.Path("/pitrix/lib/pitrix-webconsole")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        config = (HOME / "mysite/local_config.yaml").read_text()
        brand = next((line[7:] for line in config.splitlines() if line.startswith("brand: ")), "")
        logo = (HOME / "static/img/logo.svg").read_text()
        body = f"<title>{brand} console, {socket.gethostname()}</title>\n{logo}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Page).serve_forever()
