// Every worker by its wrangler file, the front door first.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["context", "agent", "console", "executor", "sweeper"];
const SOURCES = readdirSync(join(ROOT, "functions/sources")).map((vendor) => `sources/${vendor}`).sort();

export const CONFIGS = ["wrangler.toml", ...[...PARTS, ...SOURCES].map((dir) => `functions/${dir}/wrangler.toml`)].map((path) => join(ROOT, path));
