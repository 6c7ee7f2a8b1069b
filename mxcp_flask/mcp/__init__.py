"""MCP over one POST, for both eras of the protocol; nothing here knows Flask.

The way of a message, each step going straight down::

    server.McpServer.answer   JSON, or 400 / -32700           (json_text)
      era                     by version header and _meta     (revisions)
      modern | legacy         the era's checks, result form and statuses
        dispatch.respond      METHODS, one guarded call       (methods)
          lifecycle | tools   the nouns                       (tool_forms, tool_runs, bounds, contents)
          resources | prompts                                 (resource_forms, prompt_forms)
          completion
          paging              the lists, built once           (listing)
          levels | subscriptions

The ladder of revision 2026-07-28 (``modern``); the first rung that fails answers:

====  ==================================================  ======================
rung  what is checked                                     status / JSON-RPC code
====  ==================================================  ======================
1     the body is JSON                                    400 / -32700
2     it is one request or notification                   400 / -32600
3     a notification                                      202, no body
4     ``params._meta`` with version and capabilities      400 / -32602
5     version, method and name agree with the headers     400 / -32020
6     the revision is served                              400 / -32022
7     the method exists                                   404 / -32601
8     the params fit the method                           400 / -32602
9     the client can do what the endpoint needs           400 / -32021
10    the handler answers                                 200, or 200 / -32603
====  ==================================================  ======================

An endpoint may ask its client before it runs (``input_requests``): the result is the question, and the client sends
the request again with the answer (``input_answers``) and with what it was given to keep (``request_state``).

Rows that are too many to be held go into a file as their SQL gives them (``long_results``, ``spool``), and the answer
is put together when it is sent (``answers``).

A call of a tool may be answered in parts (``streams``): what its statements did (``progress``), then the response. All
rungs are behind it by then. The SQL ends when the client goes away or cancels (``running``).

Failures of a tool are its result, for the model to read; those of a resource, prompt or completion are errors: -32602
for arguments, -32603 with the reason for SQL. A resource that does not exist is -32602 here and -32002 in the legacy
revisions, with the URI as data. What no endpoint file declares is not offered: its methods do not exist.

A notification is dropped, unless its version header names a revision that is not served (400 / -32022).

The legacy revisions (``legacy``) answer what is no message with 400, notifications and responses with 202, and every
request, failed or not, with 200; arrays of messages are answered for revision 2025-03-26 only. Origin, Host, access
token, HTTP method and the body's size are the web edge's.
"""

from mxcp_flask.mcp.answers import LongAnswer
from mxcp_flask.mcp.message import EVENTS, Caller, HttpMessage, Reply
from mxcp_flask.mcp.server import McpServer

__all__ = ["EVENTS", "Caller", "HttpMessage", "LongAnswer", "McpServer", "Reply"]
