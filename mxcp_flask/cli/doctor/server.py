"""The server as others see it: its port on this machine, and its public URL through every proxy."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mxcp_flask.cli.doctor.findings import Finding, Level, Patient
from mxcp_flask.cli.starting import check_address, shown_address
from mxcp_flask.errors import AddressNotUsable, RemoteError, RemoteUnreachable
from mxcp_flask.remote import calls, http
from mxcp_flask.remote.discovery import well_known

_WRONG = "Let the proxy send this URL's requests here, or correct base_url (transport.http)"
_UNTOLD = "only requests tell it, so it was not tried; with base_url (transport.http) it would be"
_PROXY_HOST = "Let the proxy send the client's Host on (nginx: proxy_set_header Host $host)"


def check_port(patient: Patient) -> Iterator[Finding]:
    """Look at who listens where the server is to listen."""
    transport, found = patient.settings.transport, patient.listener
    address = shown_address(transport.host, transport.port)
    if patient.is_running:
        whose = f"mxcp demo (process {patient.demo.pid})" if patient.demo else "the server"
        yield Finding("port", "ok", f"{whose} is running at {address}")
    elif found.kind != "nobody":
        whose = f"the server of the project {found.project}" if found.kind == "ours" else "another program"
        fix = "Stop it, or set another port (transport.http.port)"
        yield Finding("port", "fault", f"{whose} listens at {address}", fix)
    else:
        yield _free(transport.host, transport.port, address)


def check_public(patient: Patient) -> Iterator[Finding]:
    """Ask for the server's own description at its public URL, as a client would from outside."""
    base = patient.settings.transport.base_url
    if base is None:
        if patient.settings.transport.trust_proxy:
            yield Finding("public URL", "ok", _UNTOLD)
        return
    if not patient.is_running:
        yield Finding("public URL", "warning", f"{base} was not tried, as the server is not running", "Run mxcp serve")
        return
    try:
        yield _public(patient, base)
    except RemoteError as error:
        fix = "Start the proxy, or check its address, certificate and firewall (base_url in transport.http)"
        level: Level = "fault" if isinstance(error, RemoteUnreachable) else "warning"
        yield Finding("public URL", level, f"{base} cannot be reached from here: {error}", fix)


def _free(host: str, port: int, address: str) -> Finding:
    try:
        check_address(host, port)
    except AddressNotUsable as error:
        return Finding("port", "fault", str(error), "Set another host or port (transport.http)")
    return Finding("port", "ok", f"{address} is free")


def _public(patient: Patient, base: str) -> Finding:
    signs_in = patient.settings.auth.provider != "none"
    answer = http.knock(well_known(base, "oauth-authorization-server")) if signs_in else calls.discover(f"{base}/mcp")
    if answer.status == 403 and answer.object.get("error") == "access_denied":
        host = urlsplit(base).netloc
        text = f"requests to {base} arrive at the server with another Host than {host}, and are refused"
        return Finding("proxy", "fault", text, _PROXY_HOST)
    issuer = answer.object.get("issuer")
    if issuer == base or (not signs_in and "result" in answer.object):
        return Finding("public URL", "ok", f"{base} is {'this' if signs_in else 'a'} server")
    what = f"a server that calls itself {issuer}" if issuer else f"something else (status {answer.status})"
    return Finding("public URL", "fault", f"at {base} there is {what}", _WRONG)
