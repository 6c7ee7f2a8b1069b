"""What the two configuration files say, as values. Lifetimes are in seconds; paths are absolute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from mxcp_flask.engine import DatabaseSettings
from mxcp_flask.logs import LogSettings
from mxcp_flask.providers import ProviderSettings
from mxcp_flask.records import Client, People
from mxcp_flask.store.addresses import shown


@dataclass(frozen=True)
class Transport:
    """Where the server listens, and how it is addressed from outside."""

    provider: str = "streamable-http"
    host: str = "localhost"
    port: int = 8000
    scheme: str | None = None
    base_url: str | None = None  # without a slash at its end
    path_prefix: str = ""  # begins with a slash; always empty where there is a base_url, which has its own
    trust_proxy: bool | tuple[str, ...] = False  # True: any peer; else the proxies' IP addresses and networks
    stateless: bool = False
    max_request_bytes: int = 4 * 1024 * 1024

    @property
    def prefix(self) -> str:
        """Return the path below which the server is reached from outside, without a slash at its end."""
        return urlsplit(self.base_url).path if self.base_url else self.path_prefix


@dataclass(frozen=True)
class Authorization:
    """Who may sign in, and which scopes a call needs."""

    required_scopes: tuple[str, ...] = ()  # all of them, on every protected call
    allow: People | None = None  # None: everybody who can sign in
    scope_grants: Mapping[str, People] = field(default_factory=dict)  # no entry: for everybody
    scope_descriptions: Mapping[str, str] = field(default_factory=dict)  # what people read on the consent page


@dataclass(frozen=True)
class Persistence:
    """The SQLite file that keeps the OAuth state."""

    path: Path
    encryption_keys: str | None = field(default=None, repr=False)  # None: in a file beside it

    @property
    def place(self) -> str:
        """Return where the state is, for people."""
        return str(self.path)


@dataclass(frozen=True)
class PostgresPersistence:
    """The PostgreSQL database that keeps the OAuth state."""

    url: str = field(repr=False)  # with a password
    encryption_keys: str = field(repr=False)
    pool_size: int = 8  # connections of each process

    @property
    def place(self) -> str:
        """Return where the state is, for people."""
        return shown(self.url)


@dataclass(frozen=True)
class Tokens:
    """How long codes and tokens live, and how long a used refresh token may be presented again."""

    access_ttl: int = 3600
    refresh_ttl: int = 30 * 86400
    code_ttl: int = 60
    refresh_grace: int = 30


@dataclass(frozen=True)
class Registration:
    """Dynamic client registration (RFC 7591) and its bounds."""

    enabled: bool = True
    rate_limit: int = 60  # registrations an hour and address
    total_limit: int = 10_000  # registered clients at any time
    unused_ttl: int = 86400  # a client that nobody ever signed in with
    idle_ttl: int = 90 * 86400  # a client since its last use
    documents: bool = True  # clients may describe themselves at the URL that is their identifier
    document_hosts: tuple[str, ...] = ()  # that may have private addresses and any port
    document_ca_file: Path | None = None  # the authorities to believe in place of the public ones


@dataclass(frozen=True)
class Limits:
    """Calls a minute, over all workers and servers that share the store; 0 is no limit."""

    calls_per_person: int = 6_000
    calls_per_client: int = 60_000


@dataclass(frozen=True)
class Auth:
    """The profile's ``auth`` section."""

    provider: str = "none"
    settings: ProviderSettings | None = None  # of that provider; None when it is "none"
    clients: tuple[Client, ...] = ()
    persistence: Persistence | PostgresPersistence | None = None  # None: the state lives in memory
    authorization: Authorization = Authorization()
    audit_path: Path | None = None
    tokens: Tokens = Tokens()
    registration: Registration = Registration()
    limits: Limits = Limits()


@dataclass(frozen=True)
class SqlTools:
    """The built-in SQL tools."""

    enabled: bool = True
    write: bool = False  # whether models may write, which is as good as letting each act as every other
    required_scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MetricsSettings:
    """The numbers for Prometheus, and who may read them."""

    enabled: bool = False
    path: str = "/metrics"
    allow: tuple[str, ...] = ()  # addresses and networks; with neither this nor a token, this machine
    token_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything that one server is configured with."""

    project_dir: Path
    project: str
    profile: str
    transport: Transport
    auth: Auth
    duckdb: DatabaseSettings
    sql_tools: SqlTools
    site_file: Path
    user_file: Path
    logging: LogSettings = field(default_factory=LogSettings)
    metrics: MetricsSettings = MetricsSettings()
    page_size: int = 500  # entries on a page of one of MCP's lists
