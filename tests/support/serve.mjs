// Runs every built worker in one workerd, configured by the same wrangler files that deploy them. A process of its
// own, so that a test can kill the whole stack at any instant. Started by `stack.mjs`; speaks with it over IPC.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as read, unstable_readConfig as readConfig } from "wrangler";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { state, secrets = {}, vars = {}, withoutConsumers = [] } = JSON.parse(process.argv[2]);

const CONFIGS = [
  "wrangler.toml",
  ...["context", "agent", "console", "executor", "sweeper", "sources/stripe"].map((dir) => `functions/${dir}/wrangler.toml`),
];

function worker(path) {
  const config = join(ROOT, path);
  const { name, main } = readConfig({ config });
  const { modulesRules, ...options } = read(config).workerOptions;
  const kept = ([queue]) => !withoutConsumers.includes(queue);
  const known = Object.entries(vars).filter(([key]) => key in (options.bindings ?? {}));
  return {
    ...options,
    name,
    queueConsumers: Object.fromEntries(Object.entries(options.queueConsumers ?? {}).filter(kept)),
    bindings: { ...options.bindings, ...secrets[name], ...Object.fromEntries(known) },
    rootPath: dirname(main),
    modules: [
      { type: "ESModule", path: "index.js" },
      { type: "CompiledWasm", path: "index_bg.wasm" },
    ],
  };
}

const mf = new Miniflare(
  convertV4MiniflareOptions({
    workers: CONFIGS.map(worker),
    host: "127.0.0.1",
    port: 0,
    cf: false,
    resourcePersistencePath: state,
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
