// The timeline: lanes of events, attempts, gaps and lives of tokens over one axis of time, to zoom.
// It shows what the filter lets through, and shares the selected event with the table.

const LANES = [["http", "HTTP"], ["evtx", "Event logs"], ["trace", "Traces"], ["task", "Tasks"], ["device", "Device"]];
const STEPS_SECONDS = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 2592000];
const GUTTER = 92;
const LANE = 20;
const BIN = 4;
const NEAR = 8;
const TRACK_ROWS = 8;
const svg = byId("timeline");
const tip = byId("timeline-tip");

let tracks = { gaps: [], tokens: [], origin_ms: null, zone_minutes: 0, attempt: null };
// What is in view, in microseconds since the origin, and the whole.
let view = null;
let whole = null;
// Places of shown, dated rows by lane, in the order of time.
let lanes = [];
// Where each lane was drawn, to find events under the pointer.
let drawnLanes = [];
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

// First place in a lane that is not before a time.
function lowerBound(lane, at) {
  let [low, high] = [0, lane.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[lane[middle]].at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clock(at, step) {
  const date = new Date(tracks.origin_ms + at / 1000 + tracks.zone_minutes * 60000).toISOString();
  if (step >= 86400) return date.slice(5, 10);
  if (step >= 60) return date.slice(11, 16);
  return date.slice(11, step >= 1 ? 19 : 23);
}

// Sorts what the filter lets through into lanes; called when the filter changes, never while drawing.
function sortIntoLanes() {
  lanes = LANES.map(([lane, title]) => ({ lane, title, places: [] }));
  const byLane = new Map(lanes.map((entry) => [entry.lane, entry.places]));
  for (const place of shown) {
    const row = rows[place];
    if (row.at !== null && byLane.has(row.lane)) byLane.get(row.lane).push(place);
  }
  lanes = lanes.filter((entry) => entry.places.length > 0);
}

// Puts spans into as few rows as they need, at most `most`; what finds no room shares the last one.
function stacked(spans, most) {
  const ends = [];
  return spans.map((span) => {
    let row = ends.findIndex((end) => end <= span.from);
    if (row < 0) row = Math.min(ends.length, most - 1);
    ends[row] = Math.max(ends[row] ?? -Infinity, span.to);
    return { ...span, row };
  });
}

function bar(out, from, to, y, height, className, text) {
  const [left, right] = [Math.max(toX(from), GUTTER), Math.min(toX(to), GUTTER + plotWidth())];
  if (right < GUTTER || left > GUTTER + plotWidth()) return;
  const node = shape("rect", { x: left, y, width: Math.max(2, right - left), height, class: className });
  if (text) node.append(shape("title", {}, text));
  out.push(node);
  if (text && right - left > 40) {
    const room = Math.floor((right - left - 6) / 6.2);
    const label = text.length > room ? text.slice(0, Math.max(1, room - 1)) + "…" : text;
    out.push(shape("text", { x: left + 3, y: y + height - 3, class: "bar-label" }, label));
  }
}

function drawAxis(out, height) {
  const seconds = (view.to - view.from) / 1e6;
  const wanted = plotWidth() / 90;
  const step = STEPS_SECONDS.find((step) => seconds / step <= wanted) ?? STEPS_SECONDS.at(-1);
  const zone = tracks.zone_minutes * 60e6;
  const origin = tracks.origin_ms * 1000 + zone;
  const first = Math.ceil((view.from + origin) / (step * 1e6)) * step * 1e6 - origin;
  for (let at = first; at <= view.to; at += step * 1e6) {
    const x = toX(at);
    out.push(shape("line", { x1: x, x2: x, y1: 14, y2: height, class: "grid" }));
    out.push(shape("text", { x, y: 11, class: "axis", "text-anchor": "middle" }, clock(at, step)));
  }
  const day = new Date(tracks.origin_ms + view.from / 1000 + tracks.zone_minutes * 60000).toISOString().slice(0, 10);
  out.push(shape("text", { x: 2, y: 11, class: "axis" }, day));
}

// One mark for all events of a lane that fall on the same few pixels: the worst of them gives its class,
// their number its height.
function drawLane(out, entry, top) {
  out.push(shape("text", { x: 2, y: top + 14, class: "lane" }, entry.title));
  const bins = new Map();
  const end = lowerBound(entry.places, view.to + 1);
  for (let index = lowerBound(entry.places, view.from); index < end; index++) {
    const row = rows[entry.places[index]];
    const bin = Math.floor((toX(row.at) - GUTTER) / BIN);
    const found = bins.get(bin) ?? { count: 0, failed: false };
    found.count += 1;
    found.failed ||= row.outcome === "failure";
    bins.set(bin, found);
  }
  for (const [bin, { count, failed }] of bins) {
    const height = Math.min(LANE - 4, 6 + 3 * Math.log2(count));
    const x = GUTTER + bin * BIN;
    const className = failed ? "mark failed" : "mark";
    out.push(shape("rect", { x, y: top + LANE - 2 - height, width: BIN - 1, height, class: className }));
    // A sign of its own, so that a failure is not told by colour alone.
    if (failed) out.push(shape("path", { d: `M${x - 1},${top} l5,0 l-2.5,4 z`, class: "failed" }));
  }
  drawnLanes.push({ top, bottom: top + LANE, places: entry.places });
}

function drawTimeline() {
  if (!view || svg.clientWidth === 0) return;
  const out = [];
  drawnLanes = [];
  let top = 18;
  const attempts = stacked([...spans.values()].filter((span) => span.start !== null && span.end !== null)
    .map((span) => ({ ...span, from: span.start, to: span.end })), 4);
  const attemptsTop = top;
  const attemptRows = Math.max(0, ...attempts.map((span) => span.row + 1));
  top += attemptRows * 17 + 3;
  const overlong = tracks.gaps.filter((gap) => gap.over);
  const gaps = stacked(overlong, 4);
  const gapsTop = top;
  top += Math.max(0, ...gaps.map((gap) => gap.row + 1)) * 17 + 3;
  const lanesTop = top;
  top += lanes.length * LANE + 4;
  const tokensTop = top;
  const tokens = tracks.tokens.filter((token) => token.from !== null || token.got !== null || token.uses.length > 0).slice(0, TRACK_ROWS);
  top += tokens.length * 17;
  const height = top + 6;
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${svg.clientWidth} ${height}`);

  for (const gap of overlong) bar(out, gap.from, gap.to, 14, height - 14, "gap", "");
  drawAxis(out, height);
  if (attemptRows > 0) out.push(shape("text", { x: 2, y: attemptsTop + 12, class: "lane" }, "Attempts"));
  for (const span of attempts) {
    const text = `${span.id} ${span.kind}: ${span.outcome}`;
    bar(out, span.from, span.to, attemptsTop + span.row * 17, 14, "attempt " + span.outcome, text);
  }
  lanes.forEach((entry, index) => drawLane(out, entry, lanesTop + index * LANE));
  if (gaps.length > 0) out.push(shape("text", { x: 2, y: gapsTop + 12, class: "lane" }, "Waits"));
  for (const gap of gaps) bar(out, gap.from, gap.to, gapsTop + gap.row * 17, 14, "wait", gap.text);
  if (tokens.length > 0) out.push(shape("text", { x: 2, y: tokensTop + 12, class: "lane" }, "Tokens"));
  tokens.forEach((token, index) => drawToken(out, token, tokensTop + index * 17));
  if (zero >= 0 && rows[zero].at !== null) vertical(out, rows[zero].at, height, "zero");
  if (active >= 0 && rows[active].at !== null) vertical(out, rows[active].at, height, "now");
  if (brush) {
    const [left, right] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
    out.push(shape("rect", { x: left, y: 14, width: right - left, height: height - 14, class: "brush" }));
  }
  svg.replaceChildren(...out);
}

function drawToken(out, token, y) {
  const lastLate = Math.max(...token.uses.filter((used) => used.late).map((used) => used.at));
  const from = token.from ?? token.got;
  if (from !== null && token.to !== null) {
    bar(out, from, token.to, y, 14, "token", token.text);
    if (lastLate > token.to) bar(out, token.to, lastLate, y, 14, "token overrun", "used after it had expired");
  } else if (from !== null || token.uses.length > 0) {
    const begin = from ?? token.uses[0].at;
    bar(out, begin, Math.max(begin, ...token.uses.map((used) => used.at)), y, 14, "token open", token.text + ", its end is not known");
  }
  for (const used of token.uses) {
    const x = toX(used.at);
    if (x >= GUTTER && x <= GUTTER + plotWidth()) out.push(shape("line", { x1: x, x2: x, y1: y - 1, y2: y + 15, class: used.late ? "use late" : "use" }));
  }
}

function vertical(out, at, height, className) {
  const x = toX(at);
  if (x >= GUTTER && x <= GUTTER + plotWidth()) out.push(shape("line", { x1: x, x2: x, y1: 14, y2: height, class: className }));
}

function show(from, to) {
  const least = 1000;
  const length = Math.min(Math.max(to - from, least), whole.to - whole.from);
  const start = Math.min(Math.max((from + to - length) / 2, whole.from), whole.to - length);
  view = { from: start, to: start + length };
  drawTimeline();
}

// Zooms around a time that stays where it is.
function zoom(factor, at = (view.from + view.to) / 2) {
  const left = (at - view.from) * factor;
  const right = (view.to - at) * factor;
  show(at - left, at + right);
}

function pan(part) {
  const by = (view.to - view.from) * part;
  show(view.from + by, view.to + by);
}

function nearest(x, y) {
  const lane = drawnLanes.find((lane) => y >= lane.top && y < lane.bottom);
  if (!lane) return -1;
  const at = toTime(x);
  const index = lowerBound(lane.places, at);
  const near = [lane.places[index - 1], lane.places[index]].filter((place) => place !== undefined);
  near.sort((left, right) => Math.abs(rows[left].at - at) - Math.abs(rows[right].at - at));
  return near.length > 0 && Math.abs(toX(rows[near[0]].at) - x) <= NEAR ? near[0] : -1;
}

function tell(place) {
  if (place < 0) return;
  const row = rows[place];
  const code = row.status ? ", " + row.status : "";
  tip.textContent = `${row.id}  ${row.time}  ${row.outcome}  ${row.alias} ${row.kind}: ${row.title}${code}`;
}

// Brings the selected event into view here too.
function follows(place) {
  tell(place);
  const at = place >= 0 ? rows[place].at : null;
  if (view && at !== null && (at < view.from || at > view.to)) {
    const half = (view.to - view.from) / 2;
    show(at - half, at + half);
  } else drawTimeline();
}

function step(direction, fits) {
  const from = shown.indexOf(active);
  for (let position = from + direction; position >= 0 && position < shown.length; position += direction) {
    if (fits(rows[shown[position]])) {
      active = shown[position];
      if (opened >= 0) open(active);
      reveal(active);
      draw();
      follows(active);
      return;
    }
  }
}

function timelineKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const dated = (row) => row.at !== null;
  const keys = {
    w: () => zoom(0.6), ArrowUp: () => zoom(0.6), "+": () => zoom(0.6),
    s: () => zoom(1 / 0.6), ArrowDown: () => zoom(1 / 0.6), "-": () => zoom(1 / 0.6),
    a: () => pan(-0.2), ArrowLeft: () => pan(-0.2), d: () => pan(0.2), ArrowRight: () => pan(0.2),
    Home: () => show(whole.from, whole.to), 0: () => show(whole.from, whole.to),
    ",": () => step(-1, dated), ".": () => step(1, dated),
    e: () => step(1, (row) => dated(row) && row.outcome === "failure"), E: () => step(-1, (row) => dated(row) && row.outcome === "failure"),
    Enter: () => active >= 0 && open(active),
  };
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function wireTimeline() {
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  svg.addEventListener("keydown", timelineKey);
  svg.addEventListener("pointerdown", (event) => {
    const [x] = place(event);
    if (event.button !== 0 || x < GUTTER) return;
    brush = { from: x, to: x };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (brush) {
      brush.to = Math.min(Math.max(x, GUTTER), GUTTER + plotWidth());
      drawTimeline();
    } else tell(nearest(x, y));
  });
  svg.addEventListener("pointerup", (event) => {
    if (!brush) return;
    const [x, y] = place(event);
    const { from, to } = brush;
    brush = null;
    if (Math.abs(to - from) > 5) show(toTime(Math.min(from, to)), toTime(Math.max(from, to)));
    else {
      const found = nearest(x, y);
      if (found >= 0) open(found);
      else drawTimeline();
    }
  });
  svg.addEventListener("pointercancel", () => {
    brush = null;
    drawTimeline();
  });
  svg.addEventListener("wheel", (event) => {
    // Without a key held the page scrolls, as everywhere.
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    zoom(event.deltaY + event.deltaX > 0 ? 1.25 : 0.8, toTime(place(event)[0]));
  }, { passive: false });
  svg.addEventListener("focus", () => tell(active));
  byId("timeline-in").addEventListener("click", () => zoom(0.5));
  byId("timeline-out").addEventListener("click", () => zoom(2));
  byId("timeline-left").addEventListener("click", () => pan(-0.4));
  byId("timeline-right").addEventListener("click", () => pan(0.4));
  byId("timeline-whole").addEventListener("click", () => show(whole.from, whole.to));
  byId("timeline-attempt").addEventListener("click", showAttempt);
  addEventListener("resize", drawTimeline);
}

function showAttempt() {
  const span = spans.get(tracks.attempt);
  if (!span || span.start === null || span.end === null) return;
  const margin = Math.max((span.end - span.start) * 0.08, 2e6);
  show(span.start - margin, span.end + margin);
}

function startTimeline(data) {
  tracks = data.tracks;
  const dated = rows.filter((row) => row.at !== null);
  const figure = byId("timeline-figure");
  if (dated.length === 0 || tracks.origin_ms === null) return;
  const [first, last] = [dated[0].at, dated.at(-1).at];
  const margin = Math.max((last - first) * 0.01, 1e5);
  whole = { from: first - margin, to: last + margin };
  view = { ...whole };
  figure.hidden = false;
  byId("timeline-attempt").hidden = !spans.has(tracks.attempt);
  sortIntoLanes();
  wireTimeline();
  drawTimeline();
  showAttempt();
}
