-- Schema 2, for an empty database. Times are seconds since the epoch, UTC; every *_hash is a SHA-256 in hex.
-- What is looked up is compared byte by byte (COLLATE "C"), so that no update of the server's locales can spoil an index.

-- The version of these tables: one row, which every migration changes.
CREATE TABLE mxcp_schema (
    version BIGINT NOT NULL
);
INSERT INTO mxcp_schema (version) VALUES (2);

-- 'key_check': a known text, sealed, so that a wrong key is noticed at start and not at the first sign-in.
CREATE TABLE meta (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL -- sealed
);

-- Rights that one process at a time has, such as the one to sweep.
CREATE TABLE lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    ends_at BIGINT NOT NULL
);

-- Registered clients and cached client metadata documents; configured clients never come here.
CREATE TABLE client (
    client_id TEXT COLLATE "C" PRIMARY KEY,
    metadata TEXT NOT NULL, -- JSON: names, URIs, grant types and scopes (RFC 7591 section 2)
    secret_hash TEXT,
    issued_at BIGINT NOT NULL,
    last_used_at BIGINT,
    fresh_until BIGINT -- of a client metadata document only
);
CREATE INDEX client_use ON client (last_used_at) WHERE last_used_at IS NOT NULL;
CREATE INDEX client_unused ON client ((coalesce(fresh_until, issued_at))) WHERE last_used_at IS NULL;

-- How much somebody did in a window of time, such as an address that registers clients.
CREATE TABLE tally (
    key_hash TEXT COLLATE "C" NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    UNIQUE (key_hash, starts_at, ends_at)
);
CREATE INDEX tally_end ON tally (ends_at);

CREATE TABLE pending_authorization (
    handle_hash TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL,
    request TEXT NOT NULL, -- JSON: the request's parameters as they came
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    csrf_hash TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('consent', 'provider', 'done')),
    state_hash TEXT COLLATE "C" UNIQUE,
    verifier TEXT -- sealed
);
CREATE INDEX pending_authorization_expiry ON pending_authorization (expires_at);
CREATE INDEX pending_authorization_client ON pending_authorization (client_id);

-- GRANT is a word of SQL, hence the underscore. No reference to client: it may be a configured one.
CREATE TABLE grant_ (
    id TEXT COLLATE "C" PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    profile TEXT NOT NULL, -- JSON: the person's other fields
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    provider_token TEXT, -- sealed JSON
    revoked_at BIGINT,
    leased_until BIGINT -- while one caller refreshes the provider's token
);
CREATE INDEX grant_expiry ON grant_ (expires_at);
CREATE INDEX grant_revocation ON grant_ (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX grant_client ON grant_ (client_id);
CREATE INDEX grant_subject ON grant_ ((provider || ':' || user_id));

CREATE TABLE authorization_code (
    code_hash TEXT COLLATE "C" PRIMARY KEY,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grant_ (id),
    client_id TEXT COLLATE "C" NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    code_challenge_method TEXT NOT NULL
);
CREATE INDEX authorization_code_grant ON authorization_code (grant_id);
CREATE INDEX authorization_code_expiry ON authorization_code (expires_at) WHERE used_at IS NULL;

CREATE TABLE token (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grant_ (id),
    client_id TEXT COLLATE "C" NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT, -- of a refresh token: when it was first rotated
    uses BIGINT NOT NULL -- how often it was rotated
);
CREATE INDEX token_grant ON token (grant_id);
CREATE INDEX token_expiry ON token (expires_at);
