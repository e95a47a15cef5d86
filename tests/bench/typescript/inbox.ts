import { DurableObject } from "cloudflare:workers";
import type { Event } from "./event";

// Long enough that nothing is handed on while intake is measured: that is not part of the comparison.
const HAND_ON_AFTER_MS = 600_000;

const SCHEMA = `CREATE TABLE IF NOT EXISTS deliveries (
  dedup_key TEXT PRIMARY KEY, event_id TEXT NOT NULL, received_at INTEGER NOT NULL, event TEXT NOT NULL,
  headers TEXT NOT NULL, body BLOB NOT NULL, duplicates INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID`;

const KEEP = `INSERT INTO deliveries (dedup_key, event_id, received_at, event, headers, body) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (dedup_key) DO UPDATE SET duplicates = duplicates + 1 RETURNING event_id, duplicates`;

export class Inbox extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    ctx.storage.sql.exec(SCHEMA);
  }

  async keep(event: Event, headers: (string | null)[][], body: ArrayBuffer) {
    const { storage } = this.ctx;
    const values = [event.dedupKey, event.id, event.receivedAt, JSON.stringify(event), JSON.stringify(headers), body];
    const row = storage.sql.exec<{ event_id: string; duplicates: number }>(KEEP, ...values).one();
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + HAND_ON_AFTER_MS);
    const status = row.event_id === event.id ? "accepted" : "duplicate";
    return { status, events: [row.event_id], duplicates: row.duplicates };
  }

  async alarm() {}
}

export default { fetch: () => new Response(null, { status: 404 }) };
