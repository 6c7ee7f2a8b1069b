"""The OAuth 2.1 authorization server, on Authlib; it knows no Flask.

The sign-in (``signin.py``), in which nothing is kept in process memory between two requests::

    GET  /authorize            SignIn.ask      client, redirect URI, S256, resource, scope -> pending -> consent page
    POST /authorize  approve   SignIn.approve  cookie, CSRF -> pending moves on; new state, verifier, browser binding
                     deny      SignIn.deny     cookie, CSRF -> pending closed -> client: access_denied
    GET  /<provider>/callback  SignIn.finish   state and browser claimed once -> provider: exchange, fetch the person
                                               -> admission -> grant and code -> client: code, state, iss
    POST /token                AuthorizationServer.create_token_response
                                               client authentication -> PKCE -> code redeemed for an access token

While the client or its redirect URI is unproven, an error is shown to the person and never redirected (RFC 6749
§4.1.2.1). Authlib's defaults that are unsafe here are replaced in ``grants.py``, ``pkce.py`` and ``registration.py``,
which say why.
"""
