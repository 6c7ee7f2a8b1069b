"""Requests to one server as whoever is signed in there, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mxcp_flask.errors import CallRefused, RemoteUnexpected, ScopeNeeded, SignInEnded, SignInNeeded
from mxcp_flask.remote import calls
from mxcp_flask.remote.access import Access
from mxcp_flask.remote.calls import Told
from mxcp_flask.remote.http import Answer

Json = dict[str, Any]
_FORMS: Json = {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
_PROGRESS: Json = {"progressToken": "mxcp"}


class Session:
    """The server at ``url``; ``access`` says as whom."""

    def __init__(self, url: str, access: Access) -> None:
        self.url = url
        self._access = access

    def call(self, name: str, arguments: Mapping[str, Any], answers: Mapping[str, Any], told: Told | None) -> Json:
        """Call a tool once and return the result, which may ask; ``answers`` are its earlier answers.

        Raises:
            ScopeNeeded, SignInNeeded, SignInEnded: the person must sign in for it.
            CallRefused: the server refuses.
            RemoteError: it cannot be reached, or its answer does not fit.

        """
        meta = {**_FORMS, **(_PROGRESS if told else {})}
        return self._request("tools/call", {"name": name, "arguments": dict(arguments), **answers}, meta, told)

    def tools(self) -> Iterator[Json]:
        """Give the tools that the person may call, page by page. Raises what ``call`` raises."""
        cursor: Json = {}
        while True:
            result = self._request("tools/list", cursor)
            yield from (tool for tool in result.get("tools", ()) if isinstance(tool, dict))
            if not result.get("nextCursor"):
                return
            cursor = {"cursor": result["nextCursor"]}

    def _request(self, method: str, params: Json, meta: Json | None = None, told: Told | None = None) -> Json:
        token = self._access.token()
        answer = calls.send(self.url, token, method, params, meta=meta, told=told)
        if answer.status == 401 and token is not None:
            answer = calls.send(self.url, self._access.token_after(token), method, params, meta=meta, told=told)
        if answer.status == 401:
            raise SignInEnded(url=self.url, reason=answer.reason) if token else SignInNeeded(url=self.url)
        return self._result(answer, str(params.get("name", method)))

    def _result(self, answer: Answer, name: str) -> Json:
        challenge = answer.challenge
        if answer.status == 403 and challenge.get("error") == "insufficient_scope":
            granted = self._access.scope().split()
            missing = " ".join(each for each in challenge.get("scope", "").split() if each not in granted)
            raise ScopeNeeded(url=self.url, name=name, missing=missing or answer.reason)
        result = answer.object.get("result")
        if answer.status == 200 and isinstance(result, dict):
            return result
        if "error" in answer.object:
            raise CallRefused(url=self.url, name=name, reason=answer.reason)
        raise RemoteUnexpected(url=self.url, reason=f"status {answer.status}. Is it the URL of an MCP endpoint")
