// The benchmark: measures, keeps the figures in results.json, and writes tables and plots from them.
// Called by `cargo xtask bench`, which builds the workers first.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { environment } from "./environment.mjs";
import { report } from "./report.mjs";

const PARTS = ["bill", "footprint", "latency", "growth", "identity", "intake"];
const HELP = `cargo xtask bench [--quick] [--only PART] [--out DIR]

  --quick       rough figures in a few minutes, written to target/bench
  --only PART   one of ${PARTS.join(", ")}; the others' figures stay
  --out DIR     where results, tables and plots go; docs/benchmarks by default`;
const DOCS = "../../docs/benchmarks/";
const SCRATCH = "../../target/bench/";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, only: { type: "string" }, out: { type: "string" }, help: { type: "boolean" } } });
const { quick, only } = values;
// Quick figures are rough: they do not replace the published ones.
const out = values.out ?? fileURLToPath(new URL(quick ? SCRATCH : DOCS, import.meta.url));
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (only && !PARTS.includes(only)) {
  console.error(`there is no part ${only}; there are ${PARTS.join(", ")}`);
  process.exit(1);
}

const seconds = (since) => `${((Date.now() - since) / 1_000).toFixed(0)} s`;

async function measured(part) {
  const start = Date.now();
  const note = (text) => console.log(`    ${seconds(start)}: ${text}`);
  console.log(`\n==> ${part}`);
  const { run } = await import(`./${part}.mjs`);
  const result = await run({ quick, note });
  console.log(`    done in ${seconds(start)}`);
  return { at: new Date(start).toISOString().slice(0, 16), quick, seconds: (Date.now() - start) / 1_000, ...environment(), ...result };
}

// Figures of other runs stay, unless they are measured again.
async function earlier() {
  try {
    return JSON.parse(await readFile(join(out, "results.json"), "utf8"));
  } catch {
    return {};
  }
}

await mkdir(out, { recursive: true });
const results = await earlier();
for (const part of only ? [only] : PARTS) {
  results[part] = await measured(part);
  await writeFile(join(out, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
}
for (const [file, text] of Object.entries(report(results))) await writeFile(join(out, file), text);
console.log(`\n${join(out, "README.md")}`);
