// An MCP client on an official TypeScript SDK. Arguments: the SDK's package, the server's URL, the grant types that
// the client registers for, the era (version 2 only). Run it in the folder that has node_modules.
// Takes commands as lines, "tools", "kept", or "call" and a tool's name, and answers each with a line of JSON. When a
// person must consent it writes {"open": url}, and reads where the person's browser ended.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline/promises";

const [name, url, grants, mode] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const REDIRECT_URI = "http://127.0.0.1:49153/oauth/callback"; // nobody listens: the browser's driver reads it

const tell = (answer) => console.log(JSON.stringify(answer));
const read = async () => (await lines.next()).value;

// Version 1 takes the code alone, version 2 the whole query, and checks iss in it.
const SDKS = {
  "@modelcontextprotocol/sdk": () => ({
    ...require("@modelcontextprotocol/sdk/client/index.js"),
    ...require("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    ...require("@modelcontextprotocol/sdk/client/auth.js"),
    proof: (query) => query.get("code"),
  }),
  "@modelcontextprotocol/client": () => ({ ...require("@modelcontextprotocol/client"), proof: (query) => query }),
};

class Provider {
  redirectUrl = REDIRECT_URI;
  clientMetadata = {
    client_name: "an agent",
    redirect_uris: [REDIRECT_URI],
    grant_types: grants.split(" "),
    response_types: ["code"],
  };
  kept = {};
  state = () => (this.kept.state = randomUUID());
  clientInformation = () => this.kept.client;
  saveClientInformation = (client) => (this.kept.client = client);
  tokens = () => this.kept.tokens;
  saveTokens = (tokens) => (this.kept.tokens = tokens);
  codeVerifier = () => this.kept.verifier;
  saveCodeVerifier = (verifier) => (this.kept.verifier = verifier);

  invalidateCredentials(what) {
    if (what === "tokens" || what === "all") delete this.kept.tokens;
    if (what === "client" || what === "all") delete this.kept.client;
  }

  async redirectToAuthorization(location) {
    tell({ open: location.href });
    this.query = new URL(await read()).searchParams;
    if (this.query.get("state") !== this.kept.state) throw new Error("the state is another one");
  }
}

const { Client, StreamableHTTPClientTransport, UnauthorizedError, proof } = SDKS[name]();
const provider = new Provider();
const transport = () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });

async function connect() {
  const client = new Client({ name: "an agent", version: "1" }, mode ? { versionNegotiation: { mode } } : {});
  const connection = transport();
  try {
    await client.connect(connection);
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await connection.finishAuth(proof(provider.query));
    return connect();
  }
  return { client, connection };
}

let connected;
async function run(attempt) {
  connected ??= await connect();
  try {
    return await attempt(connected.client);
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await connected.connection.finishAuth(proof(provider.query));
    return attempt(connected.client);
  }
}

const COMMANDS = {
  kept: async () => provider.kept,
  tools: async (client) => (await client.listTools()).tools.map((tool) => tool.name),
  call: async (client, tool) => (await client.callTool({ name: tool, arguments: {} })).content[0].text,
};

for (let line = await read(); line !== undefined; line = await read()) {
  const [command, ...values] = line.split(" ");
  try {
    const answer = await run((client) => COMMANDS[command](client, ...values));
    tell({ answer, scope: provider.kept.tokens.scope, revision: connected.connection.protocolVersion });
  } catch (error) {
    tell({ error: String(error) });
  }
}
await connected?.client.close();
