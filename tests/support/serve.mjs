// Runs every built worker in one workerd, configured by the same wrangler files that deploy them. A process of its
// own, so that a test can kill the whole stack at any instant. Started by `stack.mjs`; speaks with it over IPC.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as read, unstable_readConfig as readConfig } from "wrangler";
import { configs } from "./workers.mjs";

const { state, secrets = {}, vars = {}, sources, withoutConsumers = [], wrapper } = JSON.parse(process.argv[2]);
const present = configs(sources).map((config) => ({ config, ...readConfig({ config }) }));
const names = present.map(({ name }) => name);

function worker({ config, name, main }) {
  const { modulesRules, ...options } = read(config).workerOptions;
  const kept = ([queue]) => !withoutConsumers.includes(queue);
  const known = Object.entries(vars).filter(([key]) => key in (options.bindings ?? {}));
  return {
    ...options,
    name,
    // Sources that are left out have no binding.
    serviceBindings: Object.fromEntries(Object.entries(options.serviceBindings ?? {}).filter(([, to]) => names.includes(to.name ?? to))),
    queueConsumers: Object.fromEntries(Object.entries(options.queueConsumers ?? {}).filter(kept)),
    bindings: { ...options.bindings, ...secrets[name], ...Object.fromEntries(known) },
    rootPath: dirname(main),
    modules: [
      ...(wrapper ? wrapped(name, options.durableObjects) : []),
      { type: "ESModule", path: "index.js" },
      { type: "CompiledWasm", path: "index_bg.wasm" },
    ],
  };
}

// `wrapper` names a module that exports `entrypoint` and `object`: they stand between the platform and the built worker,
// so that its calls can be observed without a change of the worker.
function wrapped(name, objects = {}) {
  const own = Object.values(objects).filter(({ scriptName }) => !scriptName).map(({ className }) => className);
  const lines = [
    'import * as built from "./index.js";',
    'import { entrypoint, object } from "./wrapper.js";',
    `export default entrypoint(built.default, "${name}");`,
    ...own.map((className) => `export const ${className} = object(built.${className}, "${className}");`),
  ];
  return [
    { type: "ESModule", path: "wrapped.js", contents: lines.join("\n") },
    { type: "ESModule", path: "wrapper.js", contents: readFileSync(wrapper, "utf8") },
  ];
}

const workers = present.map(worker);
const mf = new Miniflare(
  convertV4MiniflareOptions({
    workers,
    host: "127.0.0.1",
    port: 0,
    cf: false,
    resourcePersistencePath: state,
    // For mails: the platform has no address to which a test could send one.
    unsafeTriggerHandlers: true,
  }),
);

const operations = {
  // Behind the application's back: how tests tamper with rows and simulate outages.
  async sql({ sql, params = [] }) {
    const db = await mf.getD1Database("DB", "nerve-console");
    return (await db.prepare(sql).bind(...params).all()).results;
  },
  async exec({ statements }) {
    const db = await mf.getD1Database("DB", "nerve-console");
    await db.batch(statements.map((sql) => db.prepare(sql)));
  },
  // Straight to every worker, past the front door.
  async ask({ url }) {
    const ask = async ({ name }) => (await (await mf.getWorker(name)).fetch(url)).json();
    return Promise.all(workers.map(ask));
  },
  async sweep() {
    await (await mf.getWorker("nerve-sweeper")).scheduled({});
  },
  async send({ queue, body }) {
    const binding = queue === "nerve-actions" ? "ACTIONS" : "SITUATIONS";
    await (await mf.getQueueProducer(binding, "nerve-sweeper")).send(body, { contentType: "text" });
  },
  // A mail that the platform routes to a worker; the answer tells what the worker did with it.
  async mail({ worker, from, to, raw }) {
    const url = new URL("http://localhost/cdn-cgi/local/email?format=json");
    url.searchParams.set("from", from);
    url.searchParams.set("to", to);
    const answer = await mf.dispatchFetch(url, { method: "POST", body: raw, headers: { "MF-Route-Override": worker } });
    return { status: answer.status, text: await answer.text() };
  },
  async stop() {
    await mf.dispose();
    setImmediate(() => process.exit(0));
  },
};

process.on("message", async ({ id, op, ...args }) => {
  try {
    process.send({ id, result: await operations[op](args) });
  } catch (error) {
    process.send({ id, error: String(error?.cause?.message ?? error?.message ?? error) });
  }
});
process.on("disconnect", () => process.exit(0));

const url = await mf.ready;
process.send({ ready: url.href });
