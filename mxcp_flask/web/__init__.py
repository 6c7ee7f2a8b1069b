"""The web edge: what comes over HTTP is parsed here, and plain values go inward.

Routes::

    POST /mcp, /mcp/                                     mcp.py           guarded; GET and DELETE 405
    GET, POST /authorize                                 authorize.py     consent page
    GET  /<callback_path of the provider>                provider.py      one blueprint per provider
    GET, POST /account                                   account.py       what a person gave to whom, and an end to it
    POST /token, /revoke, /introspect                    token.py         JSON, no-store
    POST /register                                       registration.py  JSON, no-store
    GET  /.well-known/oauth-authorization-server         metadata.py      RFC 8414
    GET  /.well-known/openid-configuration               metadata.py      the same document
    GET  /.well-known/oauth-protected-resource[/mcp]     metadata.py      RFC 9728
    GET  /                                               pages.py         what this server is, and its MCP URL
    GET  /style.css, /favicon.ico                        pages.py
    GET  /health, /ready                                 health.py        liveness; store and database answer
    GET  /metrics                                        metrics.py       for Prometheus, when it is enabled

With ``provider: none`` there are no OAuth routes, and the guard lets everything pass.

A request gets its identifier in ``access.py``, which logs it in the end. It passes ``prefix.py`` (the path below
which a proxy serves us), ``hosts.py`` (Host; ``proxies.py`` knows what trusted proxies say, in the languages of
``x_forwarded.py`` and ``forwarded.py``), ``guard.py`` (on the MCP blueprint: Origin, token, required scopes), then
its view. Errors meet their status and shape in ``errors.py``; every answer gets its headers in ``headers.py``.
"""
