// The baselines of intake. Each runs in a workerd of its own and is idle while another is measured.
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { STRIPE_SECRET } from "../support/stack.mjs";

const COMPATIBILITY_DATE = "2026-11-17";
const HERE = fileURLToPath(new URL(".", import.meta.url));

const BARE = `export default { async fetch(request) { await request.arrayBuffer(); return new Response("{}"); } };`;

const ONE_WRITE = `
import { DurableObject } from "cloudflare:workers";
export class Store extends DurableObject {
  constructor(state, env) {
    super(state, env);
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS kept (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID");
  }
  async fetch(request) {
    const body = await request.arrayBuffer();
    this.ctx.storage.sql.exec("INSERT INTO kept VALUES (?, ?)", request.headers.get("x-id"), body);
    return new Response("{}");
  }
}
export default {
  fetch: (request, env) => env.STORE.getByName(request.headers.get("x-object")).fetch(request),
};`;

// The cost of the hops alone.
const FORWARD = `export default { fetch: (request, env) => env.NEXT.fetch(request) };`;

const store = { STORE: { className: "Store", useSQLite: true } };
const forward = (name, next) => ({ name, script: FORWARD, serviceBindings: { NEXT: next } });

async function typescript(file) {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, "typescript", file)],
    bundle: true,
    format: "esm",
    target: "esnext",
    external: ["cloudflare:workers"],
    write: false,
  });
  return outputFiles[0].text;
}

async function start(workers) {
  const state = await mkdtemp(join(tmpdir(), "nerve-bench-"));
  const common = { modules: true, compatibilityDate: COMPATIBILITY_DATE };
  const options = { workers: workers.map((worker) => ({ ...common, ...worker })), host: "127.0.0.1", port: 0, cf: false, resourcePersistencePath: state };
  const mf = new Miniflare(convertV4MiniflareOptions(options));
  const url = await mf.ready;
  const stop = async () => {
    await mf.dispose();
    await rm(state, { recursive: true, force: true });
  };
  return { url: new URL("/hooks/stripe", url), stop };
}

// Answers without a runtime behind: the limit of the client itself.
async function clientAlone() {
  const server = fork(join(HERE, "echo.mjs"));
  const port = await new Promise((resolve) => server.once("message", resolve));
  return { url: new URL(`http://127.0.0.1:${port}/hooks/stripe`), stop: async () => server.kill() };
}

const inbox = (scriptName) => ({ INBOX: { className: "Inbox", useSQLite: true, ...(scriptName ? { scriptName } : {}) } });
const bindings = { STRIPE_SECRETS: STRIPE_SECRET };

const withHops = async () => [
  { name: "gateway", script: await typescript("gateway.ts"), serviceBindings: { SOURCE: "source" } },
  { name: "source", script: await typescript("source.ts"), bindings, durableObjects: inbox("context") },
  { name: "context", script: await typescript("inbox.ts"), durableObjects: inbox() },
];

export const BASELINES = {
  "the client alone": clientAlone,
  "bare worker": () => start([{ name: "bare", script: BARE }]),
  "bare worker, one object write": () =>
    start([{ name: "write", script: ONE_WRITE, durableObjects: store }]),
  "bare hops, one object write": () =>
    start([forward("first", "second"), forward("second", "write"), { name: "write", script: ONE_WRITE, durableObjects: store }]),
  "TypeScript, one worker": async () => start([{ name: "direct", script: await typescript("direct.ts"), bindings, durableObjects: inbox() }]),
  "TypeScript, same hops": async () => start(await withHops()),
};
