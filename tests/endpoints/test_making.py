"""Tests of what the catalogue holds of a resource and of a prompt, and of what any endpoint may say."""

from __future__ import annotations

from pathlib import Path

from mxcp_flask.endpoints.model import EndpointTest, InputRequest, Message, Parameter
from tests.endpoints.helpers import load_text

RESOURCE = """\
mxcp: 1
resource:
  name: order
  uri: shop://order/{id}
  title: Order
  description: One order
  tags: [sales]
  mime_type: application/json
  required_scopes: [orders:read]
  parameters:
    - {name: id, type: integer, description: Order, completion: SELECT id FROM orders WHERE id LIKE $value}
  return: {type: object}
  source: {code: SELECT * FROM orders WHERE id = $id}
  tests:
    - name: first
      description: The first order
      arguments: [{key: id, value: 1}]
      user_context: {role: admin}
      result_contains: {id: 1}
"""
PROMPT = """\
mxcp: 1
prompt:
  name: pitch
  parameters: [{name: who, type: string, default: you}]
  messages:
    - {role: system, type: text, prompt: Be brief.}
    - {prompt: "Write a pitch for {{ who }}."}
    - {role: assistant, prompt: "Who?"}
    - {type: image, file: logo.png}
    - {type: audio, file: /data/jingle.wav, mime_type: audio/x-wav}
    - {type: resource, uri: "shop://who/{{ who }}", prompt: "I am {{ who }}", mime_type: text/markdown}
    - {type: resource_link, uri: shop://about, name: About us}
"""
ASKING = """\
mxcp: 1
tool:
  name: delete_order
  parameters: [{name: id, type: integer}]
  content: true
  steps: [Deleting]
  required_capabilities: [elicitation]
  input_requests:
    - name: sure
      elicitation:
        message: Delete order {{ id }}?
        properties:
          reason: {type: string, title: Reason, maxLength: 100}
          notify: {type: array, items: {enum: [mail, phone]}}
        required: [reason]
    - {name: view, round: 2, sampling: {prompt: "Is {{ sure.reason }} a reason?", system_prompt: Be strict}}
    - {name: talk, round: 2, sampling: {messages: [{role: assistant, content: Hm}], max_tokens: 5}}
    - {name: places, roots: true}
  source: {code: "DELETE FROM orders WHERE id = $id"}
"""


def test_resource(tmp_path: Path) -> None:
    """Everything that a resource's file may say arrives in the resource."""
    catalogue = load_text(tmp_path, RESOURCE)

    assert (catalogue.faults, catalogue.warnings) == ((), ())
    resource = catalogue.resources["shop://order/{id}"]
    assert (resource.name, resource.title, resource.description) == ("order", "Order", "One order")
    assert (resource.tags, resource.mime_type, resource.required_scopes) == (
        ("sales",),
        "application/json",
        ("orders:read",),
    )
    assert (resource.is_template, resource.returns, resource.line) == (True, {"type": "object"}, 4)
    assert resource.sql == "SELECT * FROM orders WHERE id = $id"
    (parameter,) = resource.parameters
    assert parameter.completion == "SELECT id FROM orders WHERE id LIKE $value"
    assert resource.input_schema["properties"] == {"id": {"type": "integer", "description": "Order"}}
    assert resource.tests == (
        EndpointTest("first", {"id": 1}, "The first order", {"role": "admin"}, {"result_contains": {"id": 1}}),
    )


def test_prompt(tmp_path: Path) -> None:
    """Everything that a prompt's file may say arrives in the prompt; MCP has no system role, so that is the user's."""
    (tmp_path / "logo.png").write_bytes(b"png")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/jingle.wav").write_bytes(b"wav")

    catalogue = load_text(tmp_path, PROMPT)

    assert (catalogue.faults, catalogue.warnings) == ((), ())
    prompt = catalogue.prompts["pitch"]
    definition = {"name": "who", "type": "string", "default": "you"}
    assert prompt.parameters == (Parameter("who", definition, has_default=True, default="you"),)
    assert prompt.messages == (
        Message("user", text="Be brief."),
        Message("user", text="Write a pitch for {{ who }}."),
        Message("assistant", text="Who?"),
        Message("user", "image", mime_type="image/png", data=b"png"),
        Message("user", "audio", mime_type="audio/x-wav", data=b"wav"),
        Message("user", "resource", "I am {{ who }}", uri="shop://who/{{ who }}", mime_type="text/markdown"),
        Message("user", "resource_link", uri="shop://about", name="About us"),
    )


def test_what_a_tool_asks_for(tmp_path: Path) -> None:
    """What a tool asks of its client arrives as the params of MCP's requests."""
    catalogue = load_text(tmp_path, ASKING)

    assert (catalogue.faults, catalogue.warnings) == ((), ())
    tool = catalogue.tools["delete_order"]
    assert (tool.content, tool.steps, tool.required_capabilities) == (True, ("Deleting",), ("elicitation",))
    form = {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "title": "Reason", "maxLength": 100},
            "notify": {"type": "array", "items": {"type": "string", "enum": ["mail", "phone"]}},
        },
        "required": ["reason"],
    }
    question = {"role": "user", "content": {"type": "text", "text": "Is {{ sure.reason }} a reason?"}}
    remark = {"role": "assistant", "content": {"type": "text", "text": "Hm"}}
    assert tool.input_requests == (
        InputRequest(
            "sure", "elicitation", {"mode": "form", "message": "Delete order {{ id }}?", "requestedSchema": form}
        ),
        InputRequest(
            "view", "sampling", {"messages": [question], "maxTokens": 1000, "systemPrompt": "Be strict"}, round=2
        ),
        InputRequest("talk", "sampling", {"messages": [remark], "maxTokens": 5}, round=2),
        InputRequest("places", "roots", {}),
    )
