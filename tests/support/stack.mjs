// The whole stack under test: start it, talk to it, kill it, start it again on the same state.
import { fork } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVE = fileURLToPath(new URL("serve.mjs", import.meta.url));
const MIGRATIONS = fileURLToPath(new URL("../../migrations/", import.meta.url));

export const ADMIN_TOKEN = "test-admin-token-2f9c1d";
export const STRIPE_SECRET = "whsec_test_5f4dcc3b5aa765d61d8327de";

const DEFAULT_SECRETS = {
  "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN },
  "nerve-stripe": { STRIPE_SECRETS: STRIPE_SECRET },
};

export class Stack {
  #child;
  #pending = new Map();
  #next = 1;

  static async start(options = {}) {
    const stack = new Stack();
    stack.state = options.state ?? (await mkdtemp(join(tmpdir(), "nerve-test-")));
    stack.options = { sources: ["stripe"], secrets: DEFAULT_SECRETS, vars: { DEBOUNCE_MS: "50" }, ...options, state: stack.state };
    await stack.#launch();
    await stack.#migrate();
    return stack;
  }

  async #launch() {
    // A group of its own, so that workerd dies with it.
    this.#child = fork(SERVE, [JSON.stringify(this.options)], { detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"], env: { ...process.env, WRANGLER_LOG: "error" } });
    this.log = "";
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on("data", (chunk) => (this.log += chunk));
    this.url = await new Promise((resolve, reject) => {
      this.#child.on("message", (message) => (message.ready ? resolve(message.ready) : this.#settle(message)));
      this.#child.once("exit", (code) => reject(new Error(`the stack stopped with ${code}:\n${this.log}`)));
    });
  }

  #settle({ id, result, error }) {
    if (!this.#pending.has(id)) return;
    const { resolve, reject } = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  }

  #ask(op, args = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // A stack that was just killed takes no more questions.
      this.#child.send({ id, op, ...args }, (error) => error && this.#settle({ id, error: error.message }));
    });
  }

  async #migrate() {
    if ((await this.sql("SELECT name FROM sqlite_master WHERE name = 'proposals'")).length > 0) return;
    for (const file of (await readdir(MIGRATIONS)).sort()) {
      await this.exec(statementsOf(await readFile(join(MIGRATIONS, file), "utf8")));
    }
  }

  get pid() {
    return this.#child.pid;
  }

  sql = (sql, ...params) => this.#ask("sql", { sql, params });
  exec = (statements) => this.#ask("exec", { statements });
  ask = (url) => this.#ask("ask", { url });
  sweep = () => this.#ask("sweep");
  send = (queue, body) => this.#ask("send", { queue, body });
  mail = (worker, from, to, raw) => this.#ask("mail", { worker, from, to, raw });

  // As a power cut would: no handler runs, nothing is flushed.
  async kill() {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    process.kill(-this.#child.pid, "SIGKILL");
    await gone;
  }

  async restart(changes = {}) {
    this.options = { ...this.options, ...changes };
    await this.#launch();
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#ask("stop").catch(() => {});
      const late = setTimeout(() => this.kill().catch(() => {}), 5_000);
      await gone;
      clearTimeout(late);
    }
    await rm(this.state, { recursive: true, force: true });
  }

  // --- the HTTP interface -------------------------------------------------------------------------------------

  async api(path, { method = "GET", body, token = ADMIN_TOKEN, headers = {} } = {}) {
    const response = await fetch(new URL(path, this.url), {
      method,
      redirect: "manual",
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  }

  async list(path) {
    const { status, json, text } = await this.api(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return json.items;
  }
}

// One statement each; the body of a trigger is one statement too.
function statementsOf(sql) {
  const bare = sql.replace(/^\s*--.*$/gm, "");
  return bare
    .split(/;\s*$/m)
    .reduce((parts, part) => {
      const open = parts.at(-1);
      if (open !== undefined && /\bCREATE TRIGGER\b/i.test(open) && !/\bEND\s*$/i.test(open)) parts[parts.length - 1] = `${open};\n${part}`;
      else parts.push(part);
      return parts;
    }, [])
    .map((part) => part.trim())
    .filter(Boolean);
}

// Waits until `check` returns something truthy. An effect that happens by itself takes a moment; one that never happens
// fails here.
export async function eventually(check, what, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  let last;
  while (Date.now() < end) {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last });
}
