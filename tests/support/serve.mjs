// Runs every built worker in one workerd, configured by the same wrangler files that deploy them. A process of its
// own, so that a test can kill the whole stack at any instant. Started by `stack.mjs`; speaks with it over IPC.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptions } from "wrangler";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { state, secrets = {}, vars = {}, withoutConsumers = [] } = JSON.parse(process.argv[2]);

const CONFIGS = [
  ["wrangler.toml", "functions/gateway"],
  ...["context", "agent", "console", "executor", "sweeper"].map((name) => [`functions/${name}/wrangler.toml`, `functions/${name}`]),
  ["functions/sources/stripe/wrangler.toml", "functions/sources/stripe"],
];

function worker([config, dir]) {
  const { workerOptions: options } = workerOptions(join(ROOT, config));
  const name = options.name ?? "";
  const queueConsumers = Object.fromEntries(
    Object.entries(options.queueConsumers ?? {}).filter(([queue]) => !withoutConsumers.includes(queue)),
  );
  return {
    ...options,
    queueConsumers,
    bindings: { ...options.bindings, ...secrets[name], ...(options.bindings?.SETTLE_MS ? vars : {}) },
    rootPath: join(ROOT, dir, "build"),
    modules: [
      { type: "ESModule", path: "index.js" },
      { type: "CompiledWasm", path: "index_bg.wasm" },
    ],
    modulesRules: undefined,
  };
}

const mf = new Miniflare(
  convertV4MiniflareOptions({
    workers: CONFIGS.map(worker),
    host: "127.0.0.1",
    port: 0,
    cf: false,
    d1Persist: join(state, "d1"),
    durableObjectsPersist: join(state, "do"),
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
  async sweep() {
    await (await mf.getWorker("nerve-sweeper")).scheduled({});
  },
  async send({ queue, body }) {
    const binding = queue === "nerve-actions" ? "ACTIONS" : "SITUATIONS";
    await (await mf.getQueueProducer(binding, "nerve-sweeper")).send(body, { contentType: "text" });
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
