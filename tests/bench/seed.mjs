// Makes a stopped deployment big, by writing into its SQLite files. Every row is a copy of one that the workers wrote
// themselves, under ids and keys of its own; the chains of the ledger are computed, and verifying them shows it.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
// Seeded ids are older than any that the workers make meanwhile.
const EPOCH = Date.UTC(2026, 0, 1);
const CHAIN_LENGTH = 20;
const ROWS_AT_ONCE = 20_000;

const LATEST = "(SELECT MAX(seq) - 100 FROM timeline)";
const DECIDED = `
  INSERT INTO progress (one, confirmed) SELECT 1, MAX(seq) FROM timeline WHERE 1
    ON CONFLICT (one) DO UPDATE SET confirmed = excluded.confirmed;
  DELETE FROM condensed;
  INSERT INTO condensed (kind, month, n, last_at)
    SELECT kind, substr(json_extract(event, '$.occurred_at'), 1, 7), COUNT(*), MAX(json_extract(event, '$.occurred_at'))
    FROM timeline WHERE seq <= ${LATEST} GROUP BY 1, 2
    UNION ALL SELECT '', '', MAX(0, ${LATEST}), '';
  PRAGMA wal_checkpoint(TRUNCATE)`;

function base32(number, digits) {
  let text = "";
  for (let rest = BigInt(number); text.length < digits; rest >>= 5n) text = CROCKFORD[Number(rest & 31n)] + text;
  return text;
}

const ulid = (n) => base32(EPOCH + n, 10) + base32(n, 16);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

// The one object of a class that holds anything, or the database.
function file(state, folder) {
  const path = join(state, folder);
  return join(path, readdirSync(path).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)));
}

// Lost when the power fails, which does not matter here.
function open(path) {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true });
  db.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  return db;
}

// The replacements in a copy of row `n`.
class Copies {
  constructor(from) {
    this.from = from;
    this.pattern = new RegExp(Object.values(from).join("|"), "g");
  }

  of(n, row, changes = {}) {
    const { event, record, proposal, invoice, customer } = this.from;
    const to = { [event]: `evt_${ulid(n)}`, [record]: `rec_${ulid(n)}`, [proposal]: `prp_${ulid(n)}`, [invoice]: `in_seed_${n}`, [customer]: `seed_${n}` };
    const copy = (value) => (typeof value === "string" ? value.replace(this.pattern, (found) => to[found]) : value);
    return { ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, copy(value)])), ...changes };
  }
}

function inserter(db, table, columns) {
  const statement = db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`);
  return (row) => statement.run(...columns.map((column) => row[column]));
}

function grow(db, from, to, write) {
  for (let start = from; start < to; start += ROWS_AT_ONCE) {
    db.exec("BEGIN");
    for (let n = start; n < Math.min(to, start + ROWS_AT_ONCE); n++) write(n);
    db.exec("COMMIT");
  }
}

const columns = (row) => Object.keys(row);

export class Seed {
  #sizes = { timeline: 0, proposals: 0, ledger: 0, records: 0 };

  // `state` belongs to a stopped stack that has taken in one failed payment of one customer; `customer` stands in each
  // of their claims.
  constructor(state, customer) {
    this.paths = { d1: file(state, "d1/miniflare-D1DatabaseObject"), record: file(state, "do/nerve-context-Record"), inbox: file(state, "do/nerve-context-Inbox") };
    const db = open(this.paths.d1);
    const all = (table, order) => db.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).all();
    // Most ledger entries are about proposals.
    const entry = all("ledger", "seq").find(({ proposal }) => proposal);
    const body = all("ledger_bodies", "n").find(({ chain, n }) => chain === entry.chain && n === entry.n);
    this.rows = { record: all("records", "id")[0], identities: all("identities", "kind"), event: all("events", "id")[0], proposal: all("proposals", "id")[0], entry, body };
    db.close();
    const { event, record, proposal } = this.rows;
    const { detail } = JSON.parse(event.event);
    this.copies = new Copies({ event: event.id, record: record.id, proposal: proposal.id, invoice: detail.invoice.id, customer });
  }

  recordId = (n) => `rec_${ulid(n)}`;

  // Up to these numbers of rows, beside what the workers wrote.
  grow(sizes) {
    const db = open(this.paths.d1);
    this.#records(db, sizes.records);
    this.#proposals(db, sizes.proposals, sizes.records);
    this.#ledger(db, sizes.ledger);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    this.#timeline(sizes.timeline);
    this.#inbox(sizes.timeline);
    this.#sizes = sizes;
  }

  // A customer and one event of theirs.
  #records(db, to) {
    const { record, identities, event } = this.rows;
    const [one, two, three] = [inserter(db, "records", columns(record)), inserter(db, "identities", columns(identities[0])), inserter(db, "events", columns(event))];
    grow(db, this.#sizes.records, to, (n) => {
      one(this.copies.of(n, record, { name: `Customer ${n} of many` }));
      for (const identity of identities) two(this.copies.of(n, identity));
      three(this.copies.of(n, event));
    });
  }

  #proposals(db, to, records) {
    const { proposal } = this.rows;
    const insert = inserter(db, "proposals", columns(proposal));
    grow(db, this.#sizes.proposals, to, (n) => insert(this.copies.of(n, proposal, { record: this.recordId(n % records) })));
  }

  // The rule of the chain, written down a second time.
  #ledger(db, to) {
    const { entry, body } = this.rows;
    const { seq, ...linked } = entry;
    const [one, two] = [inserter(db, "ledger", columns(linked)), inserter(db, "ledger_bodies", columns(body))];
    let prev_hash = "";
    grow(db, this.#sizes.ledger, to, (i) => {
      const n = (i % CHAIN_LENGTH) + 1;
      if (n === 1) prev_hash = "";
      const chain = this.recordId(Math.floor(i / CHAIN_LENGTH));
      const text = this.copies.of(i, body, { chain, n });
      const row = this.copies.of(i, linked, { chain, n, prev_hash, body_digest: sha256(text.salt + text.body) });
      row.hash = sha256(JSON.stringify(["nerve-ledger-1", prev_hash, chain, n, row.at, row.kind, row.actor, row.proposal, row.event, row.body_digest]));
      one(row);
      two(text);
      prev_hash = row.hash;
    });
  }

  // The timeline of the first customer, all of it decided, and all but the latest in numbers.
  #timeline(to) {
    const db = open(this.paths.record);
    const row = db.prepare("SELECT * FROM timeline WHERE seq = 1").get();
    const insert = inserter(db, "timeline", columns(row));
    const { last } = db.prepare("SELECT MAX(seq) AS last FROM timeline").get();
    grow(db, this.#sizes.timeline, to, (n) => insert(this.copies.of(n, row, { seq: last + 1 + n - this.#sizes.timeline })));
    db.exec(DECIDED);
    db.close();
  }

  // And the deliveries those events came in, all of them handed on.
  #inbox(to) {
    const db = open(this.paths.inbox);
    const row = db.prepare("SELECT * FROM deliveries WHERE seq = 1").get();
    const insert = inserter(db, "deliveries", columns(row));
    const { last } = db.prepare("SELECT MAX(seq) AS last FROM deliveries").get();
    grow(db, this.#sizes.timeline, to, (n) => insert(this.copies.of(n, row, { dedup_key: `evt_seed_${n}`, seq: last + 1 + n - this.#sizes.timeline })));
    db.exec("UPDATE progress SET dispatched = (SELECT MAX(seq) FROM deliveries); PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
  }

  // Bytes on disk for each row, with its indexes, by table.
  bytes() {
    const of = (path, tables) => {
      const db = open(path);
      const size = db.prepare("SELECT SUM(s.pgsize) AS bytes FROM dbstat s JOIN sqlite_schema t ON t.name = s.name WHERE t.tbl_name = ?");
      const count = (table) => db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get().n;
      const sizes = tables.map((table) => [table, size.get(table).bytes / count(table)]);
      db.close();
      return Object.fromEntries(sizes);
    };
    return {
      d1: of(this.paths.d1, ["records", "identities", "events", "proposals", "ledger", "ledger_bodies"]),
      object: { ...of(this.paths.record, ["timeline"]), ...of(this.paths.inbox, ["deliveries"]) },
    };
  }
}
