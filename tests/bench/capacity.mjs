// The capacity of one deployment, calculated from the measurements and the platform's limits.
import { LIMITS, STORAGE } from "./platform.mjs";
import { sum } from "./statistics.mjs";

const EVENTS_A_DAY = 1_000;
const DAYS_A_YEAR = 365;
const [MILLION, GIGABYTE] = [1e6, 1e9];
const VERIFIED_AT_ONCE = 500;

// The rows that an event leaves in each table that grows for ever.
function rowsPerEvent(scenarios) {
  const inserted = (table) => sum(scenarios.flatMap(({ split }) => split.statements.filter(({ sql }) => sql.startsWith(`INSERT INTO ${table} (`)).map(({ times }) => times)));
  return Object.fromEntries(["events", "proposals", "ledger", "ledger_bodies"].map((table) => [table, inserted(table)]));
}

const bytes = (rows, sizes) => sum(Object.entries(rows).map(([table, count]) => count * sizes[table]));

function load(name, scenarios, sizes) {
  const rows = rowsPerEvent(scenarios);
  const size = bytes(rows, sizes.d1);
  const sqlMs = sum(scenarios.map(({ database }) => database.sqlMs));
  // Each of the scenarios uses a queue of its own; a message is three operations.
  const messages = Math.max(...scenarios.map(({ operations }) => operations.queueOperations)) / 3;
  return {
    name,
    d1Bytes: size,
    d1Usd: (size * MILLION * STORAGE.d1) / GIGABYTE,
    objectUsd: ((sizes.object.deliveries + sizes.object.timeline) * MILLION * STORAGE.object) / GIGABYTE,
    events: LIMITS.databaseBytes / size,
    years: LIMITS.databaseBytes / size / EVENTS_A_DAY / DAYS_A_YEAR,
    freeEvents: LIMITS.freeDatabaseBytes / size,
    batches: sum(scenarios.map(({ database }) => database.batches)),
    sqlMs,
    databaseRate: 1_000 / sqlMs,
    queueRate: LIMITS.queueMessages / messages,
    verifiable: (LIMITS.queriesPerInvocation * VERIFIED_AT_ONCE) / rows.ledger,
  };
}

export function capacity({ bill, growth }) {
  const by = (name) => bill.scenarios.find((scenario) => scenario.name === name);
  const { bytes: sizes } = growth;
  const perCustomer = sizes.d1.records + 2 * sizes.d1.identities;
  return {
    eventsADay: EVENTS_A_DAY,
    loads: [load("accepted", [by("accepted")], sizes), load("two actions carried out", [by("accepted, two actions proposed"), by("its two actions approved and carried out")], sizes)],
    customers: LIMITS.databaseBytes / perCustomer,
    deliveriesOfOne: LIMITS.objectBytes / sizes.object.deliveries,
    entriesOfOne: LIMITS.objectBytes / sizes.object.timeline,
    objectRate: LIMITS.objectRequests,
  };
}
