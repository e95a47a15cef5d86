// Plots as SVG text, readable on light and dark ground.

const WIDTH = 860;
// The margins of bars, for their names and their values.
const [LEFT, RIGHT] = [310, 80];
const COLORS = ["#4c86c6", "#e07b39", "#3f9b63", "#c2569b", "#b39a2a", "#7f6bd0", "#3aa6a6", "#d0524f"];
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #33383f }
  .title { font-size: 15px; font-weight: 600 }
  .faint { fill: #6b727b }
  .grid { stroke: #c9ced6; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #dfe3e8 }
    .faint { fill: #9aa2ac }
    .grid { stroke: #4a515a }
  }`;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const label = (x, y, text, { anchor = "start", name = "" } = {}) => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" class="${name}">${escape(text)}</text>`;
const box = (x, y, width, height, color, title) => `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(width, 1).toFixed(1)}" height="${height}" rx="2" fill="${color}"><title>${escape(title)}</title></rect>`;
const line = (x1, y1, x2, y2) => `<line class="grid" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;

const svg = (height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}">\n<style>${STYLE}\n</style>\n${label(0, 18, title, { name: "title" })}\n${parts.join("\n")}\n</svg>\n`;

// The legend, in as many lines as it takes, and the place below it where the plot begins.
function legend(names) {
  const [parts, top] = [[], 42];
  let [x, y] = [0, top];
  names.forEach((name, n) => {
    const width = 24 + name.length * 6.8;
    if (x + width > WIDTH) [x, y] = [0, y + 20];
    parts.push(box(x, y - 10, 11, 11, COLORS[n % COLORS.length], name), label(x + 15, y, name, { name: "faint" }));
    x += width;
  });
  return names.length > 1 ? { parts, below: y + 18 } : { parts: [], below: 36 };
}

// `groups`: `{ label, values }`, a bar for each value and name. `text` writes a value.
export function bars(title, names, groups, text) {
  const [left, right, thick] = [LEFT, RIGHT, 13];
  const most = Math.max(...groups.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const scale = (WIDTH - left - right) / most;
  const { parts, below } = legend(names);
  let y = below;
  for (const { label: name, values } of groups) {
    const shown = values.map((value, n) => [value, n]).filter(([value]) => value !== undefined);
    parts.push(label(left - 10, y + (shown.length * (thick + 2)) / 2 + 4, name, { anchor: "end" }));
    for (const [value, n] of shown) {
      parts.push(box(left, y, value * scale, thick, COLORS[n % COLORS.length], `${name}, ${names[n]}: ${text(value)}`), label(left + value * scale + 6, y + 11, text(value), { name: "faint" }));
      y += thick + 2;
    }
    y += 10;
  }
  return svg(y + 4, title, parts);
}

// As `bars`, with the values of a group one behind the other in one bar.
export function stacked(title, names, groups, text) {
  const [left, right, thick] = [LEFT, RIGHT, 18];
  const total = (values) => values.reduce((a, b) => a + b, 0);
  const scale = (WIDTH - left - right) / Math.max(...groups.map(({ values }) => total(values)));
  const { parts, below } = legend(names);
  groups.forEach(({ label: name, values }, row) => {
    const y = below + row * (thick + 10);
    let x = left;
    parts.push(label(left - 10, y + 13, name, { anchor: "end" }));
    values.forEach((value, n) => {
      if (value * scale >= 0.5) parts.push(box(x, y, value * scale, thick, COLORS[n % COLORS.length], `${name}, ${names[n]}: ${text(value)}`));
      x += value * scale;
    });
    parts.push(label(x + 6, y + 13, text(total(values)), { name: "faint" }));
  });
  return svg(below + 4 + groups.length * (thick + 10), title, parts);
}

const decades = ([low, high]) => Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, n) => low * 10 ** n);
const around = (values) => [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values) * 1.001))];
const short = (n) => (n >= 1e6 ? `${n / 1e6} M` : n >= 1e3 ? `${n / 1e3} k` : `${n}`);

// Two labels of lines are not written over one another.
function apart(labels, least) {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  for (let n = 1; n < sorted.length; n++) sorted[n].y = Math.max(sorted[n].y, sorted[n - 1].y + least);
  return sorted;
}

// One panel with both axes logarithmic: `series` are `{ name, points: [[x, y], ...] }`.
function panel({ title, series }, top, height, unit) {
  const [left, right] = [64, 330];
  const [xs, ys] = [around(series.flatMap(({ points }) => points.map(([x]) => x))), around(series.flatMap(({ points }) => points.map(([, y]) => y)))];
  const x = (value) => left + ((WIDTH - left - right) * Math.log(value / xs[0])) / Math.log(xs[1] / xs[0]);
  const y = (value) => top + height - (height * Math.log(value / ys[0])) / Math.log(ys[1] / ys[0]);
  const parts = [label(0, top - 12, `${title}, ${unit}`, { name: "faint" })];
  for (const value of decades(ys)) parts.push(line(left, y(value), WIDTH - right, y(value)), label(left - 8, y(value) + 4, short(value), { anchor: "end", name: "faint" }));
  for (const value of decades(xs)) parts.push(label(x(value), top + height + 18, short(value), { anchor: "middle", name: "faint" }));
  const labels = series.map(({ name, points }, n) => {
    const color = COLORS[n % COLORS.length];
    const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"><title>${escape(name)}</title></polyline>`);
    parts.push(...points.map(([px, py]) => `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3" fill="${color}"/>`));
    return { name, color, y: y(points.at(-1)[1]) };
  });
  for (const { name, color, y: at } of apart(labels, 15)) parts.push(`<circle cx="${WIDTH - right + 16}" cy="${at.toFixed(1)}" r="4" fill="${color}"/>`, label(WIDTH - right + 26, at + 4, name));
  return parts;
}

export function panels(title, unit, list) {
  const height = 190;
  return svg(60 + list.length * (height + 62), title, list.flatMap((each, n) => panel(each, 62 + n * (height + 62), height, unit)));
}
