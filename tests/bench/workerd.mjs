// One worker in a workerd of its own, without anything around it: the closest to a fresh isolate that can be had here.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const WORKERD = require("workerd").default;

const configuration = (modules) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    compatibilityDate = "2026-11-17",
    modules = [${modules.map(({ name, type, file }) => `(name = "${name}", ${type} = embed "${file}")`).join(", ")}],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);`;

// The port, once workerd listens; it says so on its fourth file descriptor.
function listening(child) {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
    let text = "";
    child.stdio[3].on("data", (chunk) => {
      text += chunk;
      const line = text.split("\n").find((line) => line.includes('"listen"'));
      if (line) resolve(JSON.parse(line).port);
    });
  });
}

// From the start of the process to its first answer, in milliseconds, and its memory then, in bytes.
async function once(config) {
  const start = performance.now();
  const child = spawn(WORKERD, ["serve", "--control-fd=3", config], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  try {
    const port = await listening(child);
    // Any answer counts: without bindings it can only refuse.
    await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
    const ms = performance.now() - start;
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
    return { ms, rss: Number(kilobytes) * 1_024 };
  } finally {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
  }
}

// Starts the worker made of these modules (`name`, `type`, `file` or `text`) whenever it is called.
export async function starter(modules) {
  const folder = await mkdtemp(join(tmpdir(), "nerve-bench-"));
  const files = await Promise.all(
    modules.map(async ({ name, type, file, text }) => {
      const copy = join(folder, name);
      await writeFile(copy, text ?? readFileSync(file));
      return { name, type, file: name };
    }),
  );
  const config = join(folder, "worker.capnp");
  await writeFile(config, configuration(files));
  return { once: () => once(config), stop: () => rm(folder, { recursive: true, force: true }) };
}
