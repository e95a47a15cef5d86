// cargo xtask torture [--kills N] [--seed S]
//
// Half of the kills with a tool of the team that takes idempotency keys, half with one that does not.
import { parseArgs } from "node:util";
import { torture } from "./torture.mjs";

const { values } = parseArgs({ options: { kills: { type: "string", default: "100" }, seed: { type: "string", default: String(Date.now() % 1_000_000) } } });
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!(kills >= 2) || !Number.isInteger(seed)) {
  console.error("usage: cargo xtask torture [--kills N, at least 2] [--seed S]");
  process.exit(2);
}

let failed = false;
for (const takesKeys of [true, false]) {
  const started = Date.now();
  const report = await torture({ kills: Math.floor(kills / 2), seed, takesKeys, log: (line) => console.log(line) });
  const { broken, ...figures } = report;
  console.log(`\n${((Date.now() - started) / 60_000).toFixed(1)} minutes; the team's tool ${takesKeys ? "takes idempotency keys" : "takes none"}`);
  console.table(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : value])));
  for (const what of broken) console.error(`BROKEN: ${what}`);
  console.log(broken.length === 0 ? "nothing was lost, nothing was done twice" : `seed ${seed}`);
  failed ||= broken.length > 0;
}
process.exit(failed ? 1 : 0);
