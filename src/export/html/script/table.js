// The event table: reads the data block, filters it, and draws the rows in view.
// Everything that comes from the evidence is written as text of a node, never as markup.
// The files of this folder are one script, in one scope.

const byId = (id) => document.getElementById(id);
const LEVELS = { critical: 5, error: 4, warning: 3, verbose: 1 };
const MARGIN = 12;
const rowHeight = parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10);
const [grid, plain, scroll, table, detail] = ["grid", "plain", "scroll", "rows", "detail"].map(byId);
const panes = detail.parentElement;
const body = table.tBodies[0];

let rows = [];
let spans = new Map();
let places = new Map();
let shown = [];
// Places in `rows`: the row that the keyboard is on, the one that is open, the one that time is counted from.
let active = -1;
let opened = -1;
let zero = -1;

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

async function load() {
  const island = JSON.parse(byId("joinscope-events").textContent);
  if (island.encoding !== "deflate-raw" || typeof DecompressionStream !== "function") {
    throw new Error("this browser is too old for it");
  }
  const bytes = Uint8Array.from(atob(island.data), (character) => character.charCodeAt(0));
  const plainBytes = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(plainBytes).text());
}

// Times.

function duration(micros) {
  const sign = micros < 0 ? "-" : "+";
  const seconds = Math.abs(micros) / 1e6;
  if (seconds < 0.9995) return sign + (seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0) + " ms";
  if (seconds < 99.95) return sign + seconds.toFixed(1) + " s";
  const whole = Math.round(seconds);
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  if (whole < 3600) return sign + Math.floor(whole / 60) + " m " + two(whole % 60) + " s";
  if (whole < 86400) return sign + Math.floor(whole / 3600) + " h " + two((whole % 3600) / 60) + " m";
  return sign + Math.floor(whole / 86400) + " d " + Math.floor((whole % 86400) / 3600) + " h";
}

function delta(position) {
  const row = rows[shown[position]];
  const from = zero >= 0 ? rows[zero] : rows[shown[position - 1]];
  if (!from || row.at === null || from.at === null) return "";
  return duration(row.at - from.at);
}

// Drawing.

function cells(row, position) {
  return [
    [row.id, "c-id"],
    [row.time || "undated", "c-time"],
    [delta(position), "c-delta"],
    [row.level, "c-level level-" + row.level],
    [null, "c-outcome"],
    [row.stage === "none" ? "" : row.stage, "c-stage"],
    [row.alias + " " + row.kind, "c-name"],
    [row.title, "c-title"],
    [row.status || "", "c-code"],
    [row.attempts.join(" "), "c-attempt"],
  ].map(([text, className]) => {
    if (text !== null) return make("td", text, className);
    const cell = make("td", undefined, className);
    cell.append(make("span", row.outcome, "outcome " + row.outcome));
    return cell;
  });
}

function spacer(height) {
  const row = make("tr", undefined, "spacer");
  const cell = make("td");
  cell.style.height = height + "px";
  row.append(cell);
  row.setAttribute("aria-hidden", "true");
  return row;
}

function draw() {
  const first = Math.max(0, Math.floor(scroll.scrollTop / rowHeight) - MARGIN);
  const last = Math.min(shown.length, first + Math.ceil(scroll.clientHeight / rowHeight) + 2 * MARGIN);
  const drawn = [];
  if (first > 0) drawn.push(spacer(first * rowHeight));
  for (let position = first; position < last; position++) {
    const place = shown[position];
    const node = make("tr", undefined, place === active ? "active" : "");
    node.id = "row-" + rows[place].id;
    node.dataset.place = place;
    node.setAttribute("role", "row");
    node.setAttribute("aria-rowindex", position + 2);
    node.setAttribute("aria-selected", String(place === active));
    node.append(...cells(rows[place], position));
    drawn.push(node);
  }
  if (last < shown.length) drawn.push(spacer((shown.length - last) * rowHeight));
  body.replaceChildren(...drawn);
  if (active >= 0) scroll.setAttribute("aria-activedescendant", "row-" + rows[active].id);
}

// Filtering.

function haystack(row) {
  if (row.words === undefined) {
    const fields = row.fields.flat();
    row.words = [
      row.id, row.time, row.utc, row.level, row.outcome, row.stage, row.lane, row.provider, row.alias + " " + row.code,
      row.alias + "/" + row.code, row.title, row.status, ...row.means, row.channel, row.host, row.user, row.artifact,
      row.locator, row.source, ...row.also, row.decoded, row.kind, row.pid, row.tid, row.activity, row.related, ...row.attempts, ...fields,
    ].join("\n").toLowerCase();
  }
  return row.words;
}

function filter() {
  const words = byId("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const level = Number(byId("filter-level").value);
  const outcome = byId("filter-outcome").value;
  const span = spans.get(byId("filter-attempt").value);
  shown = [];
  rows.forEach((row, place) => {
    const fits =
      (LEVELS[row.level] || 2) >= level &&
      (outcome === "" || row.outcome === outcome) &&
      (!span || row.attempts.includes(span.id) || (row.at !== null && row.at >= span.start && row.at <= span.end)) &&
      words.every((word) => haystack(row).includes(word));
    if (fits) shown.push(place);
  });
  const count = (number) => number.toLocaleString("en");
  byId("filter-count").textContent = count(shown.length) + " of " + count(rows.length) + " events shown";
  table.setAttribute("aria-rowcount", shown.length + 1);
  if (!shown.includes(active)) active = shown.length > 0 ? shown[0] : -1;
  sortIntoLanes();
}

function refilter() {
  filter();
  reveal(active);
  draw();
  drawTimeline();
}

// Brings a row into view without moving the page.
function reveal(place) {
  const position = shown.indexOf(place);
  if (position < 0) return;
  const top = position * rowHeight;
  const room = scroll.clientHeight - 2 * rowHeight;
  if (top < scroll.scrollTop || top > scroll.scrollTop + room) scroll.scrollTop = top - room / 3;
}

// Details.

// What is said first, and where it stands; the fields come between the two.
function facts(row) {
  const numbers = [row.pid, row.tid].filter((id) => id !== null).join(", ");
  const said = [
    ["Time", row.time || "undated"], ["Time in UTC", row.utc], ["Outcome", row.outcome], ["Level", row.level],
    ["Code", row.status || ""], ["Code means", row.means.join("\n")], ["Stage", row.stage], ["Attempt", row.attempts.join(", ")],
  ];
  const where = [
    ["Provider", row.provider], ["Event id", row.code + " (version " + row.version + ")"], ["Channel", row.channel],
    ["Computer", row.host], ["User", row.user], ["Process, thread", numbers], ["Activity", row.activity || ""],
    ["Related activity", row.related || ""], ["Artifact", row.artifact], ["Place in it", row.locator], ["Source", row.source],
    ["Stands also in", row.also.join("\n")], ["Time recorded", row.recorded], ["Decoded by", row.decoded === "own" ? "" : row.decoded],
  ];
  const stated = ([, value]) => value !== "";
  return { said: said.filter(stated), where: where.filter(stated) };
}

function line(name, value, className) {
  const row = make("tr", undefined, className);
  const head = make("th", name);
  head.scope = "row";
  row.append(head, make("td", value));
  return row;
}

function divider(text) {
  const row = make("tr", undefined, "group");
  const head = make("th", text);
  head.colSpan = 2;
  head.scope = "colgroup";
  row.append(head);
  return row;
}

function open(place) {
  const row = rows[place];
  opened = active = place;
  byId("detail-title").textContent = row.id + ": " + row.title;
  const { said, where } = facts(row);
  const lines = said.map(([name, value]) => line(name, value));
  lines.push(divider(row.fields.length === 0 ? "No fields" : "Fields"));
  lines.push(...row.fields.map(([name, value]) => line(name, value, "field")));
  if (row.fields_left_out > 0) lines.push(divider(row.fields_left_out + " further fields are not on this page"));
  lines.push(divider("Where it stands"), ...where.map(([name, value]) => line(name, value)));
  byId("detail-rows").tBodies[0].replaceChildren(...lines);
  byId("detail-zero").textContent = zero === place ? "Count time from the row before" : "Count time from here";
  detail.hidden = false;
  detail.scrollTop = 0;
  panes.classList.add("with-detail");
  history.replaceState(null, "", "#" + row.id);
  reveal(place);
  draw();
  follows(place);
}

function close() {
  detail.hidden = true;
  opened = -1;
  panes.classList.remove("with-detail");
  scroll.focus({ preventScroll: true });
  draw();
}

function countFrom(place) {
  zero = zero === place ? -1 : place;
  byId("delta-title").textContent = zero < 0 ? "Since last" : "Since " + rows[zero].id;
  open(place);
}

async function copy(text, node, status) {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = "copied";
  } catch {
    // Some browsers refuse the clipboard to local files; selecting is the next best.
    getSelection().selectAllChildren(node);
    status.textContent = "selected; press Ctrl+C";
  }
}

// Keys, clicks and links.

function move(steps) {
  if (shown.length === 0) return;
  const position = Math.max(0, shown.indexOf(active));
  active = shown[Math.min(shown.length - 1, Math.max(0, position + steps))];
  if (opened >= 0) open(active);
  reveal(active);
  draw();
  follows(active);
}

function key(event) {
  const page = Math.max(1, Math.floor(scroll.clientHeight / rowHeight) - 2);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
  if (steps !== undefined) move(steps);
  else if (event.key === "Enter" && active >= 0) open(active);
  else if (event.key === "Escape" && opened >= 0) close();
  else return;
  event.preventDefault();
}

function follow() {
  const target = decodeURIComponent(location.hash.slice(1));
  const card = target && byId(target);
  if (card && card.tagName === "DETAILS") {
    card.open = true;
    card.scrollIntoView();
  }
  if (!/^e\d+$/.test(target)) return;
  const place = places.get(target);
  const status = byId("events-status");
  status.hidden = place !== undefined;
  if (place === undefined) {
    status.textContent = target + " is not on this page; joinscope timeline prints all events.";
    return;
  }
  if (!shown.includes(place)) {
    byId("filter").reset();
    filter();
  }
  open(place);
  grid.scrollIntoView({ block: "start" });
  scroll.focus({ preventScroll: true });
}

function wire() {
  scroll.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  scroll.addEventListener("keydown", key);
  addEventListener("resize", draw);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-place]");
    if (row) open(Number(row.dataset.place));
  });
  const form = byId("filter");
  form.addEventListener("input", refilter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(refilter));
  byId("detail-close").addEventListener("click", close);
  byId("detail-zero").addEventListener("click", () => countFrom(opened));
  byId("detail-copy").addEventListener("click", () => {
    const row = rows[opened];
    const { said, where } = facts(row);
    const lines = [row.id + ": " + row.title, ...[...said, ...row.fields, ...where].map(([name, value]) => name + ": " + value)];
    copy(lines.join("\n"), byId("detail-rows"), byId("filter-count"));
  });
  detail.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byId("filter-text").focus();
  });
  addEventListener("hashchange", follow);
}
