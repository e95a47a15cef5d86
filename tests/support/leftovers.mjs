// Traces of a person in the storage of a stack that stands still: in every column of every table, and in the bytes
// of its files. Each word is searched as it is, in hexadecimal and in base64, in any case where case says nothing.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

// For each of the three places where the word may begin in a group of bytes; the ends that depend on neighbours are cut.
function base64(word) {
  const at = (shift) => Buffer.concat([Buffer.alloc(shift), Buffer.from(word)]).toString("base64").replace(/=+$/, "");
  return [at(0).slice(0, -1), at(1).slice(2, -1), at(2).slice(3, -1)];
}

function forms(word) {
  const bytes = Buffer.from(word);
  return { word, exact: base64(word), anyCase: [bytes.toString("latin1").toLowerCase(), bytes.toString("hex")] };
}

// The text is one character for each byte.
function found(text, words) {
  const lower = text.toLowerCase();
  return words.filter(({ exact, anyCase }) => exact.some((form) => text.includes(form)) || anyCase.some((form) => lower.includes(form)));
}

async function filesOf(state) {
  const entries = await readdir(state, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const databasesOf = async (state) => (await filesOf(state)).filter((file) => file.endsWith(".sqlite"));

// As `{ file, table, column, word }`. Opening a database reads its log, and leaves the file alone.
export async function inTables(state, words) {
  const looked = words.map(forms);
  const files = await databasesOf(state);
  return files.flatMap((file) => withDatabase(file, (db) => tablesOf(db).flatMap((table) => inTable(db, table, looked).map((hit) => ({ file, table, ...hit })))));
}

const tablesOf = (db) => db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(({ name }) => name);

function inTable(db, table, words) {
  const hits = [];
  const rows = db.prepare(`SELECT * FROM "${table}"`);
  rows.setReadBigInts(true);
  for (const row of rows.iterate()) {
    for (const [column, value] of Object.entries(row)) {
      const bytes = typeof value === "string" || value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${value}`);
      hits.push(...found(bytes.toString("latin1"), words).map(({ word }) => ({ column, word })));
    }
  }
  return hits;
}

// As `{ file, word, times }`, of the files as they are.
export async function inBytes(state, words) {
  const hits = [];
  for (const file of await filesOf(state)) {
    const text = (await readFile(file)).toString("latin1").toLowerCase();
    for (const word of words) {
      const times = text.split(Buffer.from(word).toString("latin1").toLowerCase()).length - 1;
      if (times > 0) hits.push({ file, word, times });
    }
  }
  return hits;
}

// Writes the logs into the files, and empties them.
export async function checkpoint(state) {
  for (const file of await databasesOf(state)) withDatabase(file, (db) => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
}

function withDatabase(file, use) {
  const db = new DatabaseSync(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
