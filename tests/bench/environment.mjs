// The programs and the machine of the measurement.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";

const require = createRequire(import.meta.url);
const version = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;
const rustc = () => execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1];

export const environment = () => ({
  versions: { workerd: version("workerd"), miniflare: version("miniflare"), wrangler: version("wrangler"), node: process.versions.node, rustc: rustc() },
  machine: { cores: availableParallelism(), cpu: cpus()[0].model.trim(), memoryGigabytes: Math.round(totalmem() / 2 ** 30), kernel: `${type()} ${release()}` },
});
