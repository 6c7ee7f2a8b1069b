-- Schema 2, for an empty database. Times are seconds since the epoch, UTC; every *_hash is a SHA-256 in hex.

-- 'key_check': a known text, sealed, so that a wrong key is noticed at start and not at the first sign-in.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL -- sealed
) STRICT, WITHOUT ROWID;

-- Rights that one process at a time has, such as the one to sweep.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Registered clients and cached client metadata documents; configured clients never come here.
CREATE TABLE client (
    client_id TEXT PRIMARY KEY,
    metadata TEXT NOT NULL, -- JSON: names, URIs, grant types and scopes (RFC 7591 section 2)
    secret_hash TEXT,
    issued_at INTEGER NOT NULL,
    last_used_at INTEGER,
    fresh_until INTEGER -- of a client metadata document only
) STRICT;
CREATE INDEX client_use ON client (last_used_at) WHERE last_used_at IS NOT NULL;
CREATE INDEX client_unused ON client (coalesce(fresh_until, issued_at)) WHERE last_used_at IS NULL;

-- How much somebody did in a window of time, such as an address that registers clients.
CREATE TABLE tally (
    key_hash TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    UNIQUE (key_hash, starts_at, ends_at)
) STRICT;
CREATE INDEX tally_end ON tally (ends_at);

CREATE TABLE pending_authorization (
    handle_hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    request TEXT NOT NULL, -- JSON: the request's parameters as they came
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    csrf_hash TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('consent', 'provider', 'done')),
    state_hash TEXT UNIQUE,
    verifier TEXT -- sealed
) STRICT;
CREATE INDEX pending_authorization_expiry ON pending_authorization (expires_at);
CREATE INDEX pending_authorization_client ON pending_authorization (client_id);

-- GRANT is a word of SQL, hence the underscore. No reference to client: it may be a configured one.
CREATE TABLE grant_ (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    user_id TEXT NOT NULL,
    profile TEXT NOT NULL, -- JSON: the person's other fields
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    provider_token TEXT, -- sealed JSON
    revoked_at INTEGER,
    leased_until INTEGER -- while one caller refreshes the provider's token
) STRICT;
CREATE INDEX grant_expiry ON grant_ (expires_at);
CREATE INDEX grant_revocation ON grant_ (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX grant_client ON grant_ (client_id);
CREATE INDEX grant_subject ON grant_ (provider || ':' || user_id);

CREATE TABLE authorization_code (
    code_hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grant_ (id),
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    code_challenge_method TEXT NOT NULL
) STRICT;
CREATE INDEX authorization_code_grant ON authorization_code (grant_id);
CREATE INDEX authorization_code_expiry ON authorization_code (expires_at) WHERE used_at IS NULL;

CREATE TABLE token (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    grant_id TEXT NOT NULL REFERENCES grant_ (id),
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER, -- of a refresh token: when it was first rotated
    uses INTEGER NOT NULL -- how often it was rotated
) STRICT, WITHOUT ROWID;
CREATE INDEX token_grant ON token (grant_id);
CREATE INDEX token_expiry ON token (expires_at);
