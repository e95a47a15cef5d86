// A client that costs little: its requests are ready before the clock starts, and it reads no more of an answer than
// its status and its end. One request at a time on each connection.
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { distribution } from "./statistics.mjs";

// The bytes of a request, ready to be written.
export function requestBytes(url, { payload, headers }) {
  const body = Buffer.from(payload);
  const lines = Object.entries({ host: url.host, ...headers, "content-length": body.length }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${lines.join("")}\r\n`), body]);
}

// The end of the first whole answer in `bytes`, or nothing while it is incomplete.
function answerEnd(bytes) {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(bytes.toString("latin1", 0, head));
  const lastChunk = length ? undefined : bytes.indexOf("\r\n0\r\n\r\n", head);
  const end = length ? head + 4 + Number(length[1]) : lastChunk < 0 ? Infinity : lastChunk + 7;
  return end <= bytes.length ? end : undefined;
}

class Connection {
  #bytes = Buffer.alloc(0);
  #done;
  #fail;

  static async open(url) {
    const connection = new Connection();
    connection.socket = connect({ host: url.hostname, port: url.port, noDelay: true });
    await new Promise((resolve, reject) => connection.socket.once("connect", resolve).once("error", reject));
    connection.socket.on("data", (chunk) => connection.#read(chunk)).on("close", () => connection.#fail?.(new Error("the connection was closed")));
    return connection;
  }

  #read(chunk) {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, chunk]) : chunk;
    const end = answerEnd(this.#bytes);
    if (end === undefined) return;
    const status = Number(this.#bytes.toString("latin1", 9, 12));
    this.#bytes = this.#bytes.subarray(end);
    this.#done(status);
  }

  send(bytes) {
    return new Promise((resolve, reject) => {
      [this.#done, this.#fail] = [resolve, reject];
      this.socket.write(bytes);
    });
  }

  close() {
    this.#fail = undefined;
    this.socket.destroy();
  }
}

// Sends all `requests` over `connections`. Latencies in milliseconds; `client` is the share of one core it took itself.
export async function load(url, requests, connections) {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
  const [latencies, cpu, start] = [[], process.cpuUsage(), performance.now()];
  let next = 0;
  const work = async (connection) => {
    while (next < requests.length) {
      const bytes = requests[next++];
      const sent = performance.now();
      const status = await connection.send(bytes);
      if (status !== 200) throw new Error(`${url}: status ${status}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(open.map(work));
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of open) connection.close();
  return { rate: (latencies.length / ms) * 1_000, client: (user + system) / 1_000 / ms, ...distribution(latencies) };
}
