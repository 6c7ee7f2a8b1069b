"""The client's side of a running server, for the command line: signing in to it, and calling its tools.

==================  ====================================================================================
``http.py``         the one way to a server: bounded, TLS or loopback, no redirects
``discovery.py``    what a server says of itself (RFC 9728, RFC 8414)
``listener.py``     waits on loopback for the browser to come back (RFC 8252 §7.3)
``login.py``        the way through the browser: register (RFC 7591), PKCE, state, iss (RFC 9207), code
``tokens.py``       the token endpoint, and revocation (RFC 7009)
``kept.py``         the files that remember sign-ins, one for each server
``access.py``       an access token that works, refreshed by one process at a time
``calls.py``        one request of MCP 2026-07-28, and its answer
``session.py``      calls as whoever is signed in, and what refusals mean
==================  ====================================================================================
"""
