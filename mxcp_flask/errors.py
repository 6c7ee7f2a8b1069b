"""What can go wrong, one class per failure.

A class's docstring is its message; ``{name}`` in it is filled from the keyword arguments, which stay readable as
attributes. Nothing here knows HTTP statuses or JSON-RPC numbers: each edge has one table for that (``web/errors.py``,
``mcp/jsonrpc.py``, ``cli/__init__.py``). OAuth protocol errors are Authlib's ``OAuth2Error``. Messages never hold
a secret.
"""

from __future__ import annotations

from typing import Any


class MxcpError(Exception):
    """Something went wrong."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.__dict__.update(facts)
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**facts))


class TookTooLong(MxcpError):
    """It was not done within {seconds} seconds."""


# Configuration. These are ValueErrors, as the user's document says.


class ConfigurationError(MxcpError, ValueError):
    """The configuration cannot be used: {reason}."""


class ConfigurationFaults(ConfigurationError):
    """{summary}."""  # filled by config.load: every fault of both files, one a line, each with its place


class UnsetVariable(ConfigurationError):
    """Environment variable {name} is not set."""


class IncompleteProvider(ConfigurationError):
    """{title} OAuth configuration is incomplete. Missing: {missing}."""


class ProviderNotAvailable(ConfigurationError):
    """The provider '{name}' is not available in this version. Available: {available}."""


class InMemoryStateShared(ConfigurationError):
    """
    OAuth state is kept in memory, which {workers} worker processes cannot share. Configure
    'persistence: {{type: sqlite}}' in the profile's auth section, or run one worker process.
    """


class DatabaseShared(ConfigurationError):
    """
    A read-write DuckDB file belongs to one process, so {workers} worker processes cannot share it. Run one worker
    process with threads, or open the database read-only ('readonly: true' in mxcp-site.yml, or --readonly).
    """


class DriverMissing(ConfigurationError):
    """'persistence: {{type: postgresql}}' needs a driver ({reason}). Run: pip install 'mxcp-flask[postgres]'"""


class MetricsNotInstalled(ConfigurationError):
    """Metrics need the package prometheus-client, which is not installed. Run pip install 'mxcp-flask[metrics]'."""


class MetricsNotShared(ConfigurationError):
    """
    Each of {workers} worker processes would have metrics of its own. Start the server with mxcp serve or with
    'gunicorn -c python:mxcp_flask.cli.gunicorn_settings', or let PROMETHEUS_MULTIPROC_DIR name a new, empty folder.
    """


class FileNotReadable(ConfigurationError):
    """Cannot read {path}: {reason}."""


class FileNotWritable(ConfigurationError):
    """Cannot write to {path}: {reason}."""


class ProjectNotFound(ConfigurationError):
    """No mxcp-site.yml in {folder} or above it. Run mxcp in a project (mxcp init makes one), or set MXCP_PROJECT."""


class AddressNotUsable(ConfigurationError):
    """Cannot listen on {address}: {reason}."""


class AddressTaken(AddressNotUsable):
    """Cannot listen on {address}: {reason}. Stop what listens there, or choose another port with --port."""


class EndpointFaults(ConfigurationError):
    """{count} of the endpoint files cannot be loaded: {first} (mxcp validate shows all; --ignore-errors serves on)."""


# The store.


class StoreError(MxcpError):
    """The OAuth state cannot be reached."""


class StoreNotUsable(StoreError):
    """The OAuth database {path} cannot be used: {reason}."""


class StateInMemory(StoreError):
    """OAuth state is in the memory of the running server. Configure 'persistence: {{type: sqlite}}' to reach it."""


class StoreSchemaNewer(StoreError):
    """The OAuth database {path} has schema {found}; this version knows up to {known}. Run the newer mxcp."""


class StoreKeyWrong(StoreError):
    """The OAuth database {path} was written with another encryption key: {reason}."""


class StateInPostgres(StoreError):
    """
    The OAuth state is in PostgreSQL. Back it up with pg_dump and bring it back with pg_restore, and keep its
    encryption_keys (docs/persistence.md).
    """


class StoreInUse(StoreError):
    """The OAuth database {path} is in use. Stop every server that uses it, and try again."""


class BackupFailed(StoreError):
    """The backup {path} cannot be written: {reason}."""


class KeysNotInFile(StoreError):
    """The keys are in persistence.encryption_keys and in no file, so --with-key has nothing to copy."""


class BackupNotUsable(StoreError):
    """The backup {path} cannot be restored: {reason}."""


class ClientIsConfigured(StoreError):
    """The client {client_id} comes from the configuration and is never written to the store."""


# The identity provider, as seen from the callback. `reason` is for the log.


class ProviderError(MxcpError):
    """{title} did not complete the sign-in: {reason}."""


class ProviderDenied(ProviderError):
    """{title} reports that the sign-in was declined: {reason}."""


class ProviderRefused(ProviderError):
    """{title} refused the request: {reason}."""


class ProviderGrantEnded(ProviderRefused):
    """{title} no longer honours what it once issued: {reason}."""


class CallbackRefused(ProviderRefused):
    """{title} does not know our callback URL: {reason}."""


class ProviderUnavailable(ProviderError):
    """{title} cannot be reached at the moment: {reason}."""


# What is fetched from places that strangers name.


class OutboundRefused(MxcpError):
    """Will not fetch {url}: {reason}."""


class OutboundFailed(MxcpError):
    """Could not fetch {url}: {reason}."""


# Sign-in, as seen from the browser.


class SignInError(MxcpError):
    """The sign-in cannot go on."""


class InvalidState(SignInError, ValueError):
    """Invalid state parameter."""


class StateElsewhere(InvalidState):
    """Invalid state parameter."""  # the state may be good, but this browser does not hold what belongs to it


class ConsentExpired(SignInError):
    """The consent page has expired or was already answered."""


class ConsentForged(SignInError):
    """The answer did not come from the consent page that was shown in this browser."""


class ConsentWithoutCookie(ConsentForged):
    """This browser sent no cookie with the answer, so nothing tells whose answer it is."""


class AccountFormStale(SignInError):
    """The account page was open for too long, or this browser did not get it from here. Nothing was changed."""


class ProviderFailed(SignInError):
    """{title} did not complete the sign-in."""  # with `location`, where the person goes on


class DeclinedThere(ProviderFailed):
    """{title} reports that the sign-in was declined."""


class ProviderAway(ProviderFailed):
    """{title} cannot be reached at the moment."""


class CallbackUnknown(ProviderFailed):
    """{title} does not know the callback URL of this server."""


class TooManyLookUps(SignInError):
    """Too many applications are being looked up at the moment. Try again in a few seconds."""


class PersonRefused(SignInError):
    """You are signed in as {username}, who may not use this server. Nothing was given to the application."""


# A protected call.


class AccessError(MxcpError):
    """The request may not be answered."""


class TokenMissing(AccessError):
    """An access token is needed."""


class TooManyRegistrations(AccessError):
    """Too many clients registered from this address. Try again in {retry_after} seconds."""


class TooManyClients(AccessError):
    """This server has as many registered clients as it may have. Try again later."""


class TooManyCalls(AccessError):
    """Too many calls: a {kind} may make {limit} a minute here. Try again in {retry_after} seconds."""


class TokenInvalid(AccessError):
    """The access token is unknown, expired or revoked."""


class TokenMalformed(AccessError):
    """The Authorization header must be 'Bearer' and one access token."""


class ScopeMissing(AccessError):
    """The access token lacks the scope: {missing}."""


class MetricsRefused(AccessError):
    """
    The metrics are for those whom the user file's metrics section names, by default for this machine, and only when
    they ask this server itself: not through a proxy, and under its address.
    """


class MetricsTokenWrong(AccessError):
    """The metrics need the token of the user file's metrics section: Authorization: Bearer and the token."""


class HostRefused(AccessError):
    """The Host header does not name this server. If it should, set base_url (transport.http) to its URL."""


class HostNotBase(HostRefused):
    """
    The Host header does not name this server, which is at another URL (transport.http.base_url). A proxy must send the
    client's Host on (nginx: proxy_set_header Host $host).
    """


class ForwardedUnclear(AccessError):
    """
    The proxies' headers do not say where this server is reached: {reason}. Let one proxy write them, or set base_url
    (transport.http).
    """


class OriginRefused(AccessError):
    """The Origin header names a site that may not call this server."""


class RequestTooLarge(MxcpError):
    """The request is larger than {largest} bytes."""


class RequestStalled(MxcpError):
    """The rest of the request did not come in time."""


# The command line.


class UserContextInvalid(MxcpError):
    """The user context cannot be used: {reason}."""


class EndpointUnknown(MxcpError):
    """There is no {kind} {name} here. Known: {known}. ({hint}.)"""


class EndpointBroken(MxcpError):
    """The {kind} {name} cannot be loaded: {reason}"""


class AnswerInvalid(MxcpError):
    """
    {name} asks its client for input: {asked}. Here nobody is asked; give each answer as JSON,
    such as --param {example}='{{"...": "..."}}'.
    """


class FolderTaken(MxcpError):
    """Will not write into {folder}: {reason}."""


# A running server, as the command line sees it.


class RemoteError(MxcpError):
    """{url} cannot do that: {reason}."""


class RemoteUnreachable(RemoteError):
    """There is no answer from {url}: {reason}."""


class RemoteUnexpected(RemoteError):
    """{url} gave an answer that does not fit: {reason}."""


class RemoteInsecure(RemoteError):
    """{url} is not https, and tokens travel without it only on this machine. Use the server's https URL."""


class RemoteUnknown(MxcpError):
    """Which server? {reason}. Name its URL, such as --url https://mcp.example.com/mcp."""


class SignInNotAsked(RemoteError):
    """{url} answers without sign-in: nothing is to be done, mxcp call works at once."""


class SignInNeeded(RemoteError):
    """You are not signed in at {url}. Run: mxcp auth login {url}"""


class SignInEnded(RemoteError):
    """The sign-in at {url} has ended ({reason}). Run: mxcp auth login {url}"""


class ClientForgotten(SignInEnded):
    """The sign-in at {url} has ended: the server was restarted, or has forgotten this client. Run: {command}"""


class SignInFailed(MxcpError):
    """You were not signed in: {reason}."""


class RegistrationNeeded(RemoteError):
    """{url} registers no clients by itself. Name one that its configuration has, with --client-id."""


class RegistrationRefused(RemoteError):
    """{url} did not register this client: {reason}. Try again later, or name a client with --client-id."""


class ScopeNeeded(RemoteError):
    """{name} needs the scope {missing}, which this sign-in lacks. Run: mxcp auth login {url} --scope '{missing}'"""


class CallFailed(RemoteError):
    """{reason}"""  # the tool's own words


class CallRefused(RemoteError):
    """{name} was not called: {reason}."""


class QuestionUnanswered(RemoteError):
    """
    {name} asks before it runs, and there is no terminal to ask at. {questions}. Answer with --answer, such as
    --answer {example}='{{"...": "..."}}'.
    """


class QuestionUnanswerable(RemoteError):
    """{name} asks for what this command cannot give: {kinds}."""


# The process that serves.


# Endpoints and their SQL.


class EndpointError(MxcpError):
    """The endpoint cannot be used."""


class ArgumentsInvalid(EndpointError):
    """Invalid arguments: {faults}."""


class ResultMismatch(EndpointError):
    """The SQL result does not fit the declared return type: {reason}."""


class TemplateFailed(EndpointError):
    """The text cannot be filled in: {reason}."""


class ResultTooLarge(EndpointError):
    """The result is too large: {reason}. Ask for less, with LIMIT, a narrower filter or fewer columns."""


class EngineError(MxcpError):
    """The database cannot answer."""


class DatabaseNotUsable(EngineError):
    """The DuckDB database {path} cannot be opened: {reason}."""


class DatabaseHeld(DatabaseNotUsable):
    """The DuckDB database {path} cannot be opened: {reason}."""  # now; `holder` is the process that has it, or None


class SqlFailed(EngineError):
    """{reason}"""


class StatementRefused(EngineError):
    """{reason}"""


# A message of an MCP client.


class ProtocolError(MxcpError):
    """The message cannot be answered."""


class NotJson(ProtocolError):
    """The body is not JSON in UTF-8: {reason}."""


class NotAMessage(ProtocolError):
    """The body is not a JSON-RPC 2.0 message: {reason}."""


class MethodUnknown(ProtocolError):
    """This server has no such method in revision {version} of MCP."""


class ParamsInvalid(ProtocolError):
    """Invalid params: {reason}."""


class ResourceUnknown(ProtocolError):
    """There is no resource '{shown}'."""


class ResourceNotFound(ProtocolError):
    """There is no resource '{shown}'."""  # in the words of the revisions before 2026-07-28, with a code of its own


class EndpointFailed(ProtocolError):
    """{reason}"""  # of a resource, prompt or completion; what is wrong with a tool is its result


class HeaderMismatch(ProtocolError):
    """The {header} header {reason}."""


class RevisionNotServed(ProtocolError):
    """This server does not serve revision '{requested}' of MCP."""


class CapabilitiesMissing(ProtocolError):
    """'{name}' needs a client that declares the capabilities: {names}."""


class RevisionTooOld(ProtocolError):
    """'{name}' asks its client before it runs, which needs revision {needed} of MCP. Nothing was run."""


class InputDeclined(ProtocolError):
    """The answer to '{name}' was: {action} (declined). Nothing was run."""


class AnswerFailed(ProtocolError):
    """The server could not answer; its log says why."""


# The demo.


class StepFailed(MxcpError):
    """The step did not hold: {reason}."""


class DemoServerFailed(MxcpError):
    """The demo's server did not start: {reason}."""


class DemoRefused(MxcpError):
    """mxcp demo signs in whoever asks, so it does not serve this project: {reason}."""
