// Tables and plots from the figures of a run. Nothing here measures or decides.
import { capacity } from "./capacity.mjs";
import { bars, panels, stacked } from "./plot.mjs";
import { CPU_PRICE, FREE_CPU_MS, PRICES } from "./platform.mjs";
import { median } from "./statistics.mjs";

const HEAD = `# Benchmarks

Written by \`cargo xtask bench\`, which builds the workers and measures them on the real runtime: workerd, through
Miniflare. \`--only PART\` measures one part again; \`--quick\` takes minutes and writes to \`target/bench\` instead. All
figures: [results.json](results.json). What they mean for a growing deployment: [SCALING.md](../SCALING.md). How well
customers are told apart, beside other programs: [matching.md](matching.md).
`;

const fixed = (digits) => (value) => (value === undefined ? "" : value.toFixed(digits));
const whole = (value) => Math.round(value).toLocaleString("en-US");
const compact = (value) => (value >= 100 ? whole(value) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
const usd = (value) => value.toFixed(2);
const kilobytes = (bytes) => `${(bytes / 1_000).toFixed(0)} kB`;
const megabytes = (bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`;

function table(head, rows) {
  const cells = (row) => `| ${row.join(" | ")} |`;
  return [cells(head), cells(head.map((_, n) => (n === 0 ? "---" : "---:"))), ...rows.map(cells)].join("\n");
}

const plot = (file, text) => `![${text}](${file})`;

function conditions({ at, quick, seconds, versions, machine }) {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const hardware = `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGigabytes} GB, ${machine.kernel}`;
  return `*${at.replace("T", " ")} UTC, ${whole(seconds)} s${quick ? ", quick" : ""}. ${software}. ${hardware}.*`;
}

// --- intake ---------------------------------------------------------------------------------------------------

const BARE_HOPS = "bare hops, one object write";

function ratios(levels) {
  return levels.flatMap(({ connections, targets }) => {
    const find = (name) => targets.find((target) => target.name === name);
    const ours = targets.filter(({ name }) => name.startsWith("Nerve, ") && !name.endsWith("what follows"));
    return ours.map((own) => {
      const of = (name) => find(name) && percent(median(own.rounds.map((rate, n) => rate / find(name).rounds[n])));
      const p99 = (name) => `${compact(own.p99)} / ${compact(find(name).p99)}`;
      const [write, hops] = ["bare worker, one object write", "TypeScript, same hops"];
      return [connections, own.name.replace("Nerve, ", ""), of(write), of(BARE_HOPS), of("TypeScript, one worker"), of(hops), p99(write), p99(hops)];
    });
  });
}

// Far beyond anything that keeps deliveries.
const UNPLOTTED = ["the client alone", "bare worker"];

function intake(result) {
  const { levels, objects, rounds } = result;
  const rows = levels.flatMap(({ connections, targets }) =>
    targets.map(({ name, rate, p50, p95, p99, max, client }) => [name, connections, whole(rate), ...[p50, p95, p99, max].map(compact), percent(client)]),
  );
  const followed = levels.flatMap(({ targets }) => targets).find(({ decidedRate }) => decidedRate);
  const names = levels.map(({ connections }) => `${connections} connection${connections === 1 ? "" : "s"}`);
  const labels = [...new Set(levels.flatMap(({ targets }) => targets.map(({ name }) => name)))].filter((name) => !UNPLOTTED.includes(name));
  const groups = labels.map((name) => ({ label: name, values: levels.map(({ targets }) => targets.find((target) => target.name === name)?.rate) }));
  const text = `## Intake

Deliveries accepted a second, and milliseconds from the first byte sent to the 2xx. All take turns within each of ${rounds}
rounds; medians of the rounds, and the longest wait of all. Deliveries are signed before the clock starts and spread over
${objects} objects. *Bare worker*: reads the body, answers 200. *One object write*: one Durable Object keeps the body: the
limit of anything that keeps what it acknowledges. *Bare hops*: the same behind two workers that pass the request on and do
nothing: the limit of anything with a front door and a worker for each source. *TypeScript*: the same job in the plain way, in
[tests/bench/typescript](../../tests/bench/typescript): verified with Web Crypto, normalized, kept once with its raw body by
an object; as one worker, and over the two service hops that Nerve takes. *With what follows*: nothing is held back, so
resolving, timeline and agent share the cores with intake${followed ? `; ${whole(followed.decidedRate)} events a second are worked through to their decision, counted until the last is` : ""}.

${plot("intake.svg", "Deliveries accepted a second")}

${table(["", "connections", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms", "client, of a core"], rows)}

Throughput as a share of the others', round by round, and p99 beside theirs in milliseconds:

${table(["connections", "source", "of one write", "of one write behind bare hops", "of TypeScript, one worker", "of TypeScript, same hops", "p99 / one write", "p99 / TypeScript, same hops"], ratios(levels))}`;
  return { text, files: { "intake.svg": bars("Deliveries accepted a second", names, groups, whole) } };
}

// --- latency --------------------------------------------------------------------------------------------------

function latency({ cases, pollMs }) {
  const stages = { proposed: "delivery to proposal", executed: "approval to carried out" };
  const rows = Object.entries(stages).flatMap(([key, stage]) =>
    cases.map((each) => [stage, each.name, whole(each.settleMs), each[key].n, ...["p50", "p95", "p99", "max"].map((name) => whole(each[key][name]))]),
  );
  const groups = Object.entries(stages).flatMap(([key, stage]) => cases.map((each) => ({ label: `${stage}, ${each.name.replace("without waiting for more", "no debounce")}`, values: [each[key].p50, each[key].p95] })));
  const loaded = cases.find(({ others }) => others);
  const text = `## Latency

From a delivery until its proposals are in the list of the API, and from an approval until the list says that it was carried
out; the API is asked each ${pollMs} ms. Part of both is waited by design: \`DEBOUNCE_MS\`, so that events which belong together
are decided together, and up to 1 s in which a queue fills a batch${loaded ? `. Under load, ${whole(loaded.others.accepted)} of ${whole(loaded.others.sent)} other deliveries were accepted meanwhile` : ""}.

${plot("latency.svg", "Milliseconds from cause to effect")}

${table(["", "", "DEBOUNCE_MS", "n", "p50 ms", "p95 ms", "p99 ms", "max ms"], rows)}`;
  return { text, files: { "latency.svg": bars("Milliseconds from cause to effect", ["p50", "p95"], groups, whole) } };
}

// --- growth ---------------------------------------------------------------------------------------------------

const AXES = { timeline: "entries on the timeline of one record", proposals: "pending proposals", ledger: "ledger entries", records: "records" };

function growth({ figures, bytes }) {
  const tables = Object.entries(AXES).map(([axis, title]) => {
    const own = figures.filter((figure) => figure.axis === axis);
    const sizes = own[0].points.map(({ size }) => whole(size));
    const rows = own.map(({ name, points, slopeMs, slopeRows }) => [name, ...points.map(({ ms, rows }) => `${compact(ms)} (${whole(rows)})`), `${fixed(2)(slopeMs)} (${fixed(2)(slopeRows ?? 0)})`]);
    return `### ${title[0].toUpperCase()}${title.slice(1)}\n\n${table(["ms (rows read)", ...sizes, "slope"], rows)}`;
  });
  const panel = (key) => Object.entries(AXES).map(([axis, title]) => ({ title: `By ${title}`, series: figures.filter((figure) => figure.axis === axis).map(({ name, points }) => ({ name, points: points.map((point) => [point.size, Math.max(point[key], 0.1)]) })) }));
  const sizes = [...Object.entries(bytes.d1).map((each) => ["D1", ...each]), ...Object.entries(bytes.object).map((each) => ["object", ...each])];
  const text = `## Growth

How each figure grows with what is kept. Four databases of growing size, every row a copy of one that the workers wrote, are
asked through the API on workerd; medians of sequential calls. In brackets, rows read: they do not depend on the machine, and
are what D1 bills. The slope is the exponent on logarithmic axes: 0 does not depend on the size, 1 is proportional to it. A
timeline has an inbox with as many deliveries beside it; the objects' own figures are the time inside their handler.

${plot("growth.svg", "Milliseconds by size")}

${plot("growth-rows.svg", "Rows read by size")}

${tables.join("\n\n")}

Bytes on disk for each row, indexes included:

${table(["", "table", "bytes"], sizes.map(([store, name, size]) => [store, name, whole(size)]))}`;
  return { text, files: { "growth.svg": panels("What a call takes", "ms", panel("ms")), "growth-rows.svg": panels("What a call reads", "rows", panel("rows")) } };
}

// --- footprint ------------------------------------------------------------------------------------------------

function footprint({ workers, allWorkersRss, cpu }) {
  const rows = workers.map(({ name, bytes, gzipped, startMs, rss, processMs, processRss }) =>
    name === "bare worker" ? [name, "", "", `(${compact(processMs)})`, `(${megabytes(processRss)})`] : [name, kilobytes(bytes), kilobytes(gzipped), compact(startMs), megabytes(rss)],
  );
  const [bare] = cpu;
  const text = `## Footprint

*Start*: from starting a fresh workerd with this worker alone to its first answer, beyond what the same takes with a bare
worker (in brackets: the whole of that). *Memory*: resident then, likewise. All workers together hold
${megabytes(allWorkersRss)} in one process.

${table(["", "size", "gzipped", "start ms", "memory"], rows)}

CPU in milliseconds for each event, one after the other: of the whole process, so that the simulation of D1, queues and disk
counts, too. Each line does what the one above it does, and more. The free plan's limit of ${FREE_CPU_MS} ms is for each
invocation; an event up to the 2xx is three (front door, source, inbox), handing it on two more, deciding it one.

${table(["", "ms", "beyond a bare worker", "USD per million at most"], cpu.map(({ name, ms }) => [name, fixed(2)(ms), fixed(2)(ms - bare.ms), usd(ms * CPU_PRICE)]))}`;
  const groups = workers.slice(1).map(({ name, startMs }) => ({ label: name, values: [startMs] }));
  return { text: `${text}\n\n${plot("start.svg", "Milliseconds to the first answer")}`, files: { "start.svg": bars("Milliseconds from a fresh process to the first answer, beyond a bare worker", ["start"], groups, compact) } };
}

// --- bill -----------------------------------------------------------------------------------------------------

const OPERATIONS = {
  workerRequests: "requests",
  objectRequests: "object requests",
  objectRowsWritten: "object rows written",
  objectRowsRead: "object rows read",
  d1RowsWritten: "D1 rows written",
  d1RowsRead: "D1 rows read",
  queueOperations: "queue operations",
  objectGigabyteSeconds: "object GB-s",
};

function bill({ scenarios, freePlan }) {
  const rows = scenarios.map(({ name, operations, usd: total }) => [name, ...Object.keys(OPERATIONS).map((key) => compact(operations[key])), `**${usd(total)}**`]);
  const events = scenarios.filter(({ name }) => !name.startsWith("a "));
  const groups = events.map(({ name, operations }) => ({ label: name.replace("two actions proposed, approved and carried out", "two actions carried out"), values: Object.keys(OPERATIONS).map((key) => operations[key] * PRICES[key]) }));
  const splits = scenarios.filter(({ split }) => split).map(({ name, split }) => {
    const parts = split.parts.filter(({ usd: own }) => own >= 0.005).map(({ part, calls, usd: own }) => [part, compact(calls), usd(own)]);
    const writes = split.statements.filter(({ written }) => written >= 0.005).map(({ part, store, sql, written }) => [`\`${sql.replaceAll("|", "\\|")}\``, store, part, compact(written)]);
    return `<details><summary>${name}</summary>\n\n${table(["part", "calls", "USD per million"], parts)}\n\n${writes.length ? table(["what writes", "where", "in", "rows"], writes) : "Nothing is written."}\n\n</details>`;
  });
  const fits = freePlan.every(({ share }) => share <= 1);
  const tight = freePlan.toSorted((a, b) => b.share - a.share)[0];
  const text = `## The bill

What the platform would bill, counted while the built workers run behind [a meter](../../tests/bench/meter.js) that stands
between them and their bindings; then times list price. Settings as deployed, objects fresh from disk, nothing of the
included volume subtracted. Setting an alarm is a row written; a queue message is three operations; a batch or a cron is
counted as a request. Object time is at local speed. CPU is under *Footprint*, storage under *Growth*. For each event (or
look, or sweep), and in USD for a million of them:

${table(["", ...Object.values(OPERATIONS), "USD per million"], rows)}

${plot("bill.svg", "USD for a million events")}

Where it arises:

${splits.join("\n\n")}

**The free plan**: a day with 1,000 events, each leading to two actions that are approved and carried out, each approval
after a look at the queue, and a sweep each minute, ${fits ? "fits" : "does not fit"}; the tightest is ${OPERATIONS[tight.name]}.

${table(["", "a day", "allowed", "share"], freePlan.map(({ name, used, allowed, share }) => [OPERATIONS[name], whole(used), whole(allowed), percent(share)]))}`;
  return { text, files: { "bill.svg": stacked("USD for a million events", Object.values(OPERATIONS), groups, usd) } };
}

// --- capacity -------------------------------------------------------------------------------------------------

function capacitySection(results) {
  const { loads, eventsADay, customers, deliveriesOfOne, entriesOfOne, objectRate } = capacity(results);
  const row = (name, text) => [name, ...loads.map(text)];
  return `## Capacity

How far one deployment carries, calculated from *Growth* and *The bill* and the limits of the paid plan. The rate of the
database is an upper bound: its one thread does nothing but the SQL of these events, at local speed.

${table(
  ["", ...loads.map(({ name }) => name)],
  [
    row("bytes in D1 for each event", (load) => whole(load.d1Bytes)),
    row("events until D1 holds 10 GB", (load) => whole(load.events)),
    row(`that is, in years, at ${whole(eventsADay)} a day`, (load) => compact(load.years)),
    row("events until the free plan's 500 MB", (load) => whole(load.freeEvents)),
    row("USD a month to keep a million: D1", (load) => usd(load.d1Usd)),
    row("objects, while raw bodies are kept", (load) => usd(load.objectUsd)),
    row("batches on D1 for each event", (load) => compact(load.batches)),
    row("milliseconds of SQL for each event", (load) => compact(load.sqlMs)),
    row("events a second, by D1", (load) => whole(load.databaseRate)),
    row("events a second, by one queue", (load) => whole(load.queueRate)),
    ...(Number.isFinite(loads[1].verifiable) ? [row("events whose ledger one call verifies", (load) => (Number.isFinite(load.verifiable) ? whole(load.verifiable) : "any"))] : []),
  ],
)}

Customers until D1 holds 10 GB of nothing else: ${whole(customers)}. One customer, one source: ${whole(objectRate)} deliveries a second,
${whole(deliveriesOfOne)} kept at once with their bodies, ${whole(entriesOfOne)} on the timeline.`;
}

// --- identity -------------------------------------------------------------------------------------------------

function identity({ imports, resolved, lookups, shown }) {
  const bareOf = (size) => lookups.find((bare) => bare.size === size).lookup;
  const spread = ({ mean, p50, p95, p99, max }) => [mean, p50, p95, p99, max].map(compact);
  const looked = resolved.map(({ name, size, lookup, batches, statements, rows, rowsMost }) => [name, whole(size), ...spread(lookup), `${batches} / ${statements}`, `${whole(rows)} / ${whole(rowsMost)}`]);
  const bare = lookups.map(({ size, lookup }) => ["*one row by its key*", whole(size), ...spread(lookup), "1 / 1", "1 / 1"]);
  const ratios = resolved.map(({ name, size, lookup }) => `${name} among ${whole(size)}: ${compact(lookup.mean / bareOf(size).mean)}`);
  const loads = shown.map(({ name, size, ttfb, ttfb95, bytes, rows }) => [name, whole(size), compact(ttfb), compact(ttfb95), kilobytes(bytes), whole(rows)]);
  const files = imports.map(({ rows, seconds }) => `${whole(rows)} in ${whole(seconds)} s`).join(", ");
  const text = `## Identity

Whom one event concerns, among so many customers in D1 on workerd, one event at a time: milliseconds of the look-up that
finds claims, candidates, terms and what was asked before in one batch, measured in the worker, whose clock counts whole
milliseconds; the batches and statements of the whole identification, the writing included; rows read, as D1 bills them,
median and most. In the same run, the bare look-up of one row by its key. The customers came through the import: ${files}.

${table(["what the event says", "customers", "mean ms", "p50 ms", "p95 ms", "p99 ms", "max ms", "batches / statements", "rows read / most"], [...bare, ...looked])}

As multiples of the bare look-up, by the means: ${ratios.join("; ")}.

Pages, milliseconds to the first byte, and bytes sent:

${table(["page", "customers", "first byte p50 ms", "p95 ms", "bytes", "rows read"], loads)}`;
  return { text, files: {} };
}

const SECTIONS = { intake, latency, growth, identity, footprint, bill };

// The files of the report, by name.
export function report(results) {
  const sections = Object.entries(SECTIONS).filter(([part]) => results[part]).map(([part, section]) => ({ part, ...section(results[part]) }));
  const more = results.bill && results.growth ? [capacitySection(results)] : [];
  const texts = sections.map(({ part, text }) => text.replace("\n", `\n\n${conditions(results[part])}\n`));
  return { "README.md": `${[HEAD.trim(), ...texts, ...more].join("\n\n")}\n`, ...Object.assign({}, ...sections.map(({ files }) => files)) };
}
