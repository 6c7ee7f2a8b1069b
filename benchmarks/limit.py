"""The limit: the same look-up of a token and the same statement behind the same gunicorn, and nothing else."""

import hashlib
import json
import os
import sqlite3
import threading
import time
from pathlib import Path

import duckdb
from flask import Flask, Response, request

app, local, folder = Flask(__name__), threading.local(), Path(os.environ["MXCP_PROJECT"])
statements = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "sql").glob("*.sql")}
database = duckdb.connect(folder / "shop.duckdb", read_only=True)
tools = [{"name": name, "description": name, "inputSchema": {"type": "object"}} for name in ("sum", "rows", "mixed")]


@app.post("/mcp")
def answer() -> Response:
    """Answer a call."""
    if not hasattr(local, "tokens"):
        local.tokens, local.cursor = sqlite3.connect(os.environ["BENCHMARK_TOKENS"]), database.cursor()
    digest = hashlib.sha256(request.headers["Authorization"].removeprefix("Bearer ").encode()).hexdigest()
    query = "SELECT username FROM token WHERE token_hash = ? AND expires_at > ?"
    if local.tokens.execute(query, (digest, time.time())).fetchone() is None:
        return Response(status=401)
    call = request.get_json()
    result = {"tools": tools} if call["method"] == "tools/list" else _result(call["params"])
    text = json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": result}, default=str)
    return Response(text, mimetype="application/json")


def _result(params: dict[str, object]) -> dict[str, object]:
    name = str(params.get("name", "order"))
    cursor = local.cursor.execute(statements[name], params.get("arguments", {"id": 7}))
    rows = [dict(zip([column[0] for column in cursor.description], row, strict=True)) for row in cursor.fetchall()]
    value = rows if name in {"rows", "mixed"} else rows[0].get("total", rows[0])
    content = [{"type": "text", "text": json.dumps(value, default=str)}]
    return {"contents": content} if name == "order" else {"content": content, "structuredContent": {"result": value}}
