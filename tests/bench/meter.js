// Stands between the platform and a built worker, and notes what the platform would bill. Loaded into each worker by
// `metered.mjs`, which also collects the notes; the workers themselves know nothing of it.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

// An object that differs from `target` in what `replaced` says. The bindings' types are told by their constructor.
function over(target, replaced) {
  return new Proxy(target, {
    get(_, key) {
      if (Object.hasOwn(replaced, key)) return replaced[key];
      const value = Reflect.get(target, key, target);
      return typeof value === "function" && key !== "constructor" ? value.bind(target) : value;
    },
  });
}

// One line, and the same whatever numbers were written into it.
const plain = (sql) => sql.replace(/\s+/g, " ").replace(/\b\d{6,}\b/g, "?").trim();

// What happened since it was drained last. Cursors know their rows only once they were read to the end.
class Meter {
  #counts = {};
  #cursors = [];
  #statements = [];
  #batches = [];

  count = (what, by = 1) => (this.#counts[what] = (this.#counts[what] ?? 0) + by);
  cursor = (sql, cursor) => (this.#cursors.push([sql, cursor]), cursor);
  batch = (ms) => this.#batches.push({ ms });
  statement = (store, sql, read, written, ms) => this.#statements.push({ store, sql: plain(sql), read, written, ms });

  drain() {
    for (const [sql, cursor] of this.#cursors) this.statement("object", sql, cursor.rowsRead, cursor.rowsWritten);
    const drained = { counts: this.#counts, statements: this.#statements, batches: this.#batches };
    [this.#counts, this.#cursors, this.#statements, this.#batches] = [{}, [], [], []];
    return drained;
  }
}

const NOT_COUNTED = (what) => () => {
  throw new Error(`the meter does not count ${what}`);
};

function database(db, meter) {
  const statement = (inner) =>
    over(inner, {
      statement: inner.statement,
      bind: (...params) => statement(inner.bind(...params)),
      ...Object.fromEntries(["first", "run", "all", "raw"].map((name) => [name, NOT_COUNTED(name)])),
    });
  return over(db, {
    prepare: (sql) => statement(db.prepare(sql)),
    async batch(statements) {
      const start = Date.now();
      const results = await db.batch(statements);
      meter.batch(Date.now() - start);
      meter.count("d1_batches");
      results.forEach(({ meta }, n) => meter.statement("d1", statements[n].statement, meta.rows_read, meta.rows_written, meta.duration));
      return results;
    },
    exec: NOT_COUNTED("exec"),
    withSession: NOT_COUNTED("withSession"),
  });
}

const queue = (inner, meter) =>
  over(inner, {
    send: (...args) => (meter.count("queue_written"), inner.send(...args)),
    sendBatch: NOT_COUNTED("sendBatch"),
  });

// By what the binding is, as its constructor names it; calls of objects and services are counted where they arrive.
const BINDINGS = { D1Database: database, WorkerQueue: queue };

function bindings(env, meter) {
  const wrap = (value) => BINDINGS[value?.constructor?.name]?.(value, meter) ?? value;
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, wrap(value)]));
}

function state(ctx, meter) {
  const { storage } = ctx;
  const sql = over(storage.sql, { exec: (text, ...params) => meter.cursor(text, storage.sql.exec(text, ...params)) });
  const counted = (what, name) => (...args) => (meter.count(what), storage[name](...args));
  return over(ctx, {
    storage: over(storage, {
      sql,
      setAlarm: counted("alarms_set", "setAlarm"),
      getAlarm: counted("alarms_read", "getAlarm"),
      deleteAlarm: NOT_COUNTED("deleteAlarm"),
    }),
  });
}

// Of this worker and the objects it hosts: one for each call of a handler.
const notes = [];
const METER = "http://meter/";

async function metered(meter, part, handler, what, call) {
  const start = Date.now();
  try {
    return await call();
  } finally {
    meter.count(what);
    notes.push({ part, handler, ms: Date.now() - start, ...meter.drain() });
  }
}

function messages(batch, meter) {
  meter.count("queue_read", batch.messages.length);
  const each = batch.messages.map((message) => over(message, { ack: () => (meter.count("queue_deleted"), message.ack()) }));
  return over(batch, { messages: each, ackAll: NOT_COUNTED("ackAll") });
}

export const entrypoint = (Built, name) =>
  class extends WorkerEntrypoint {
    #call(handler, what, argument) {
      const meter = new Meter();
      const worker = new Built(this.ctx, bindings(this.env, meter));
      return metered(meter, name, handler, what, () => worker[handler](argument(meter)));
    }
    fetch(request) {
      if (request.url === METER) return Response.json(notes.splice(0));
      return this.#call("fetch", "worker_requests", () => request);
    }
    queue = (batch) => this.#call("queue", "worker_batches", (meter) => messages(batch, meter));
    scheduled = (controller) => this.#call("scheduled", "worker_crons", () => controller);
  };

export const object = (Built, name) =>
  class extends DurableObject {
    #meter = new Meter();
    #built = new Built(state(this.ctx, this.#meter), bindings(this.env, this.#meter));
    fetch(request) {
      return metered(this.#meter, name, "fetch", "object_requests", () => this.#built.fetch(request));
    }
    alarm() {
      return metered(this.#meter, name, "alarm", "object_requests", () => this.#built.alarm());
    }
  };
