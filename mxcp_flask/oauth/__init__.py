"""The OAuth 2.1 authorization server, on Authlib; it knows no Flask.

The sign-in (``signin.py``), in which nothing is kept in process memory between two requests::

    GET  /authorize            SignIn.ask      client, redirect URI, S256, resource, scope -> pending -> consent page
    POST /authorize  approve   SignIn.approve  cookie, CSRF -> pending moves on; new state, verifier, browser binding
                     deny      SignIn.deny     cookie, CSRF -> pending closed -> client: access_denied
    GET  /<provider>/callback  SignIn.finish   state and browser claimed once -> provider: exchange, fetch the person
                                               -> admission -> grant and code -> client: code, state, iss
    POST /account              SignIn.visit    the same for the account page, without a client: no grant comes of it,
                                               and the provider's token is ended (unused_tokens.py)
    POST /token                AuthorizationServer.create_token_response
                     code                      client authentication -> PKCE -> code redeemed for tokens
                     refresh token             client authentication -> rotated, or reuse seen and the grant ended
    POST /revoke, /introspect  AuthorizationServer.create_endpoint_response

A protected call (``bearer.py``, ``provider_tokens.py``): token -> grant -> scopes -> the provider's token, refreshed if
it is about to end -> counted (``call_limits.py``; ``allowances.py`` shares the count among processes). Clients come
from the configuration, by registration (``registration.py``), or describe themselves at the URL that is their
identifier (``client_documents.py``). What matters for security goes to the audit (``audit.py``), and from there to
the metrics (``measured_audit.py``).

While the client or its redirect URI is unproven, an error is shown to the person and never redirected (RFC 6749
§4.1.2.1). Authlib's defaults that are unsafe here are replaced in ``grants.py``, ``pkce.py`` and ``registration.py``,
which say why.
"""
