// cargo xtask torture [--kills N] [--minutes M] [--seed S] [--out FILE]
//
// Half of the kills with a tool of the team that takes idempotency keys, half with one that does not. FILE gets the
// figures as JSON.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { torture } from "./torture.mjs";

const USAGE = "usage: cargo xtask torture [--kills N, at least 2] [--minutes M] [--seed S] [--out FILE]";

function options() {
  const text = (value) => ({ type: "string", default: value });
  const { values } = parseArgs({ options: { kills: text("100"), minutes: text("1440"), seed: text(`${Date.now() % 1_000_000}`), out: { type: "string" } } });
  const [kills, minutes, seed] = [values.kills, values.minutes, values.seed].map(Number);
  if (!(kills >= 2 && minutes > 0 && Number.isInteger(seed))) throw new Error("these options make no sense");
  return { kills: Math.floor(kills / 2), minutes: minutes / 2, seed, out: values.out };
}

// A run that breaks off has failed, too.
async function attempt(how) {
  const started = Date.now();
  const log = (line) => console.log(line);
  const report = await torture({ ...how, log }).catch((error) => ({ ...how, broken: [`the run broke off: ${error.stack}`] }));
  return { ...report, minutes: Number(((Date.now() - started) / 60_000).toFixed(1)) };
}

function print({ broken, ...figures }) {
  console.log(`\n${figures.minutes} minutes; the team's tool takes ${figures.takesKeys ? "idempotency keys" : "none"}`);
  console.table(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : value])));
  for (const what of broken) console.log(`BROKEN: ${what}`);
  console.log(broken.length === 0 ? "nothing was lost, nothing was done twice\n" : `seed ${figures.seed}\n`);
}

let asked;
try {
  asked = options();
} catch (error) {
  console.error(`${error.message}\n${USAGE}`);
  process.exit(2);
}
const { out, ...how } = asked;
const reports = [];
for (const takesKeys of [true, false]) {
  reports.push(await attempt({ ...how, takesKeys }));
  print(reports.at(-1));
}
if (out) await writeFile(out, JSON.stringify(reports, null, 2));
process.exit(reports.some(({ broken }) => broken.length > 0) ? 1 : 0);
