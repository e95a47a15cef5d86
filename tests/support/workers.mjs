// The workers by their wrangler files, the front door first.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["context", "agent", "console", "executor", "sweeper"];
export const SOURCES = readdirSync(join(ROOT, "functions/sources")).sort();

// With all sources, or only the named ones: a test starts no others.
export const configs = (sources = SOURCES) =>
  ["wrangler.toml", ...[...PARTS, ...sources.map((source) => `sources/${source}`)].map((dir) => `functions/${dir}/wrangler.toml`)].map((path) => join(ROOT, path));
