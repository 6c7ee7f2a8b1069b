"""A web server on loopback that says exactly what a test gives it, with TLS or without."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "docs.test"
Handler = Callable[[socket.socket], None]


@dataclass
class Server:
    """What the server saw."""

    port: int
    requests: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)  # that clients sent as SNI


def make_certificate(folder: Path, name: str = NAME, *others: str) -> Path:
    """Write a self-signed certificate for ``name`` and ``others`` with its key into one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        **dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False
        ),
        encipher_only=False,
        decipher_only=False,
    )
    names = [x509.DNSName(each) for each in (name, *others)]
    alternatives: list[x509.GeneralName] = [*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


def http_answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> Handler:
    """Return a handler that sends one whole answer; ``_`` in a header's name stands for ``-``."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda sock: sock.sendall("\r\n".join([*head, "", ""]).encode() + body)


@contextmanager
def serve(handler: Handler, certificate: Path | None) -> Iterator[Server]:
    """Answer every connection with ``handler`` until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        tls = _context(certificate, server) if certificate else None
        thread = threading.Thread(target=_accept, args=(listener, tls, handler, server))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
    assert not thread.is_alive()


def _context(certificate: Path, server: Server) -> ssl.SSLContext:
    def note(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
        server.names.append(name)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = note
    return context


def _accept(listener: socket.socket, tls: ssl.SSLContext | None, handler: Handler, server: Server) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:  # the block has ended
            return
        with plain, suppress(OSError):  # a client that does not trust us hangs up
            sock = tls.wrap_socket(plain, server_side=True) if tls else plain
            with sock:
                server.requests.append(_read_head(sock))
                handler(sock)


def _read_head(sock: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(4096)
        head += piece
        if not piece or head[:1] == b"\x16":  # a TLS handshake
            break
    return head.decode("latin-1")
