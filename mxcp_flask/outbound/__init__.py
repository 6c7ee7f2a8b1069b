"""HTTP GET to places that strangers name, safe against server-side request forgery (SSRF).

    target      https, port 443, no user information, no fragment; one parser reads the URL, and nothing else does
    addresses   the name is resolved once; every address must be global unicast
    connection  to the first of these addresses as a number, so that no second answer of the DNS counts (rebinding);
                TLS is verified for the name, and the name is sent as SNI and Host; time is bounded
    client      no redirect is followed, no compressed body accepted, and size is bounded

urllib3's connections are used without its pools or a session of requests: nothing here reads proxies, ``~/.netrc`` or
cookies, or tries again. Hosts that the administrator allows may have any address and port.
"""

from __future__ import annotations

from mxcp_flask.outbound.client import Fetched, Opened, Outbound

__all__ = ["Fetched", "Opened", "Outbound"]
