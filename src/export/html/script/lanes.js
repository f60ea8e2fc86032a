// Drawing the timeline: lanes of events, attempts, waits and lives of tokens over one axis of time.

const LANES = [["http", "HTTP"], ["evtx", "Event logs"], ["trace", "Traces"], ["task", "Tasks"], ["device", "Device"]];
const STEPS_SECONDS = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 2592000, 31536000];
const GUTTER = 92;
const LANE = 22;
const BAR = 17;
const BIN = 4;
const TRACK_ROWS = 8;
const svg = byId("timeline");

let tracks = { gaps: [], tokens: [], zone_minutes: 0, attempt: null };
// What is in view, in microseconds since the origin, and the whole.
let view = null;
let wholeView = null;
// Places of shown, dated rows by lane, in the order of time.
let lanes = [];
// Where lanes and bars were drawn, to find what lies under the pointer.
let drawnLanes = [];
let drawnBars = [];
let brush = null;

function shape(tag, attributes, text) {
  const node = document.createElementNS(svg.namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

const plotWidth = () => Math.max(100, svg.clientWidth - GUTTER - 6);
const toX = (at) => GUTTER + ((at - view.from) / (view.to - view.from)) * plotWidth();
const toTime = (x) => view.from + ((x - GUTTER) / plotWidth()) * (view.to - view.from);

// First index of a list of places that is not before a time.
function lowerBound(places, at) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (store.at[places[middle]] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clock(at, step) {
  const second = store.origin + Math.floor(at / 1e6);
  const text = dateAndTime(second, store.zone);
  const rest = "." + String(Math.floor((((at % 1e6) + 1e6) % 1e6) / 1e3)).padStart(3, "0");
  if (step >= 86400) return text.slice(5, 10);
  if (step >= 60) return text.slice(11, 16);
  return text.slice(11) + (step >= 1 ? "" : rest);
}

// Sorts what the filter lets through into lanes; called when the filter changes, never while drawing.
function sortIntoLanes() {
  const byLane = new Map(LANES.map(([lane, title]) => [lane, { title, places: [] }]));
  for (const place of inTime) if (isDated(place)) byLane.get(kindOf(place).lane)?.places.push(place);
  lanes = [...byLane.values()].filter((lane) => lane.places.length > 0);
}

// Puts spans into as few rows as they need, at most `most`; what finds no room shares the last one.
function stacked(list, most) {
  const ends = [];
  return list.map((span) => {
    let row = ends.findIndex((end) => end <= span.from);
    if (row < 0) row = Math.min(ends.length, most - 1);
    ends[row] = Math.max(ends[row] ?? -Infinity, span.to);
    return { ...span, row };
  });
}

const rowsOf = (list) => Math.max(0, ...list.map((span) => span.row + 1));

// A bar, cut to what is in view; `told` is what is said of it where the pointer is over it.
function bar(out, { from, to, top, className, label, told }) {
  const [left, right] = [Math.max(toX(from), GUTTER), Math.min(toX(to), GUTTER + plotWidth())];
  if (right < GUTTER || left > GUTTER + plotWidth()) return;
  const width = Math.max(2, right - left);
  out.push(shape("rect", { x: left, y: top, width, height: BAR - 3, rx: 2, class: className }));
  if (told) drawnBars.push({ left, right: left + width, top, bottom: top + BAR - 3, ...told });
  if (label && width > 40) {
    const most = Math.floor((width - 6) / 6.2);
    const text = label.length > most ? label.slice(0, Math.max(1, most - 1)) + "…" : label;
    out.push(shape("text", { x: left + 4, y: top + BAR - 6, class: "bar-label" }, text));
  }
}

function drawAxis(out, height) {
  const seconds = (view.to - view.from) / 1e6;
  const wanted = plotWidth() / 90;
  const step = STEPS_SECONDS.find((step) => seconds / step <= wanted) ?? STEPS_SECONDS.at(-1);
  const origin = (store.origin + store.zone * 60) * 1e6;
  const first = Math.ceil((view.from + origin) / (step * 1e6)) * step * 1e6 - origin;
  for (let at = first; at <= view.to; at += step * 1e6) {
    const x = toX(at);
    out.push(shape("line", { x1: x, x2: x, y1: 14, y2: height, class: "grid" }));
    out.push(shape("text", { x, y: 11, class: "axis", "text-anchor": "middle" }, clock(at, step)));
  }
  const day = dateAndTime(store.origin + Math.floor(view.from / 1e6), store.zone).slice(0, 10);
  out.push(shape("text", { x: 2, y: 11, class: "axis" }, day));
}

// One mark for all events of a lane that fall on the same few pixels: the worst of them gives its class,
// their number its height, as a part of the most that any mark of the lane stands for.
function drawLane(out, lane, top) {
  out.push(shape("text", { x: 2, y: top + 15, class: "lane" }, lane.title));
  const bins = new Map();
  const end = lowerBound(lane.places, view.to + 1);
  let most = 1;
  for (let index = lowerBound(lane.places, view.from); index < end; index++) {
    const place = lane.places[index];
    const bin = Math.floor((toX(store.at[place]) - GUTTER) / BIN);
    const found = bins.get(bin) ?? { number: 0, failed: false };
    found.number += 1;
    found.failed ||= isFailure(place);
    most = Math.max(most, found.number);
    bins.set(bin, found);
  }
  out.push(shape("line", { x1: GUTTER, x2: GUTTER + plotWidth(), y1: top + LANE - 1.5, y2: top + LANE - 1.5, class: "grid" }));
  for (const [bin, { number, failed }] of bins) {
    const height = 6 + (LANE - 9) * (most > 1 ? Math.log2(number) / Math.log2(most) : 0.4);
    const x = GUTTER + bin * BIN;
    out.push(shape("rect", { x, y: top + LANE - 2 - height, width: BIN - 1, height, class: failed ? "mark failed" : "mark" }));
    // A sign of its own, so that a failure is not told by colour alone.
    if (failed) out.push(shape("path", { d: `M${x - 2},${top - 1} l7,0 l-3.5,5 z`, class: "failed" }));
  }
  drawnLanes.push({ top, bottom: top + LANE, places: lane.places });
}

function drawToken(out, token, top) {
  const from = token.from ?? token.got;
  const lastLate = Math.max(...token.uses.filter((used) => used.late).map((used) => used.at));
  const told = { text: token.text, link: token.id };
  if (from !== null && token.to !== null) {
    bar(out, { from, to: token.to, top, className: "token", label: token.text, told });
    const late = { text: token.text + ", used after it had expired: by " + duration((lastLate - token.to) / 1e6), link: token.id };
    if (lastLate > token.to) bar(out, { from: token.to, to: lastLate, top, className: "token overrun", told: late });
  } else if (from !== null || token.uses.length > 0) {
    const begin = from ?? token.uses[0].at;
    const end = Math.max(begin, ...token.uses.map((used) => used.at));
    const open = token.text + ", its end is not known";
    bar(out, { from: begin, to: end, top, className: "token open", label: open, told: { text: open, link: token.id } });
  }
  for (const used of token.uses) vertical(out, used.at, top + BAR - 2, used.late ? "use late" : "use", top - 1);
}

function vertical(out, at, bottom, className, top = 14) {
  const x = toX(at);
  if (x >= GUTTER && x <= GUTTER + plotWidth()) out.push(shape("line", { x1: x, x2: x, y1: top, y2: bottom, class: className }));
}

const attemptBars = () =>
  [...spans.values()].filter((span) => span.start !== null && span.end !== null).map((span) => ({ ...span, from: span.start, to: span.end }));
const shownTokens = () =>
  tracks.tokens.filter((token) => token.from !== null || token.got !== null || token.uses.length > 0).slice(0, TRACK_ROWS);
const overlongGaps = () => tracks.gaps.filter((gap) => gap.over);

function drawTimeline() {
  if (!view || svg.clientWidth === 0) return;
  const out = [];
  drawnLanes = [];
  drawnBars = [];
  const attempts = stacked(attemptBars(), 4);
  const gaps = stacked(overlongGaps(), 4);
  const tokens = shownTokens();
  const attemptsTop = 20;
  const gapsTop = attemptsTop + rowsOf(attempts) * BAR + 4;
  const lanesTop = gapsTop + rowsOf(gaps) * BAR + 4;
  const tokensTop = lanesTop + lanes.length * LANE + 6;
  const height = tokensTop + tokens.length * BAR + 6;
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${svg.clientWidth} ${height}`);

  for (const gap of gaps) {
    const [left, right] = [Math.max(toX(gap.from), GUTTER), Math.min(toX(gap.to), GUTTER + plotWidth())];
    if (right > left) out.push(shape("rect", { x: left, y: 14, width: right - left, height: height - 14, class: "gap" }));
  }
  drawAxis(out, height);
  const title = (text, top) => out.push(shape("text", { x: 2, y: top + 12, class: "lane" }, text));
  if (attempts.length > 0) title("Attempts", attemptsTop);
  for (const span of attempts) {
    const label = `${span.id} ${span.kind}: ${span.outcome}`;
    const told = { text: label + ", took " + duration((span.to - span.from) / 1e6), link: span.id };
    bar(out, { from: span.from, to: span.to, top: attemptsTop + span.row * BAR, className: "attempt " + span.outcome, label, told });
  }
  if (gaps.length > 0) title("Waits", gapsTop);
  for (const gap of gaps) {
    const told = { text: gap.text, link: gap.id };
    bar(out, { from: gap.from, to: gap.to, top: gapsTop + gap.row * BAR, className: "wait", label: gap.text, told });
  }
  lanes.forEach((lane, index) => drawLane(out, lane, lanesTop + index * LANE));
  if (tokens.length > 0) title("Tokens", tokensTop);
  tokens.forEach((token, index) => drawToken(out, token, tokensTop + index * BAR));
  if (zero >= 0 && isDated(zero)) vertical(out, store.at[zero], height, "zero");
  if (active >= 0 && isDated(active)) vertical(out, store.at[active], height, "now");
  if (brush) {
    const [left, right] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
    out.push(shape("rect", { x: left, y: 14, width: right - left, height: height - 14, class: "brush" }));
  }
  svg.replaceChildren(...out);
}
