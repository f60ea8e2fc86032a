// The event table: the rows in view are drawn, the others are height.

const MARGIN = 12;
// Taller boxes than this are more than some browsers can scroll (17.8 million pixels in Firefox).
const TALLEST = 12e6;
const rowHeight = parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10);
const [grid, plain, scroll, table, detail] = ["grid", "plain", "scroll", "rows", "detail"].map(byId);
const panes = detail.parentElement;
const body = table.tBodies[0];
const heads = [...table.tHead.querySelectorAll("th[data-sort]")];

let spans = new Map();
// Places of the rows that the filter lets through, in the order in which they are shown, and the reverse:
// where a place stands among them, or -1.
let shown = [];
// The same places in the order of the timeline.
let inTime = [];
let positions = new Int32Array(0);
// Places: the row that the keyboard is on, the one that is open, the one that time is counted from.
let active = -1;
let opened = -1;
let zero = -1;
// How rows are sorted: by a column, up (1) or down (-1), or as the timeline has them.
let order = { by: "", way: 1 };

const KEYS = {
  id: (place) => place,
  time: (place) => place,
  level: (place) => kindOf(place).rank,
  outcome: (place) => kindOf(place).outcome,
  stage: (place) => kindOf(place).stage,
  name: nameOf,
  title: titleOf,
  code: (place) => statusOf(place)?.code || "\uffff",
  attempt: (place) => attemptsOf(place) || "\uffff",
};

// Shows these places, which are given in the order of the timeline.
function showPlaces(places) {
  inTime = places;
  const key = KEYS[order.by];
  if (key && (order.way < 0 || !["id", "time"].includes(order.by))) {
    const keyed = places.map((place) => [key(place), place]);
    keyed.sort((left, right) => (left[0] < right[0] ? -order.way : left[0] > right[0] ? order.way : left[1] - right[1]));
    places = keyed.map(([, place]) => place);
  }
  shown = places;
  positions = new Int32Array(store.size).fill(-1);
  places.forEach((place, position) => (positions[place] = position));
  table.setAttribute("aria-rowcount", shown.length + 1);
  if (active < 0 || positions[active] < 0) active = shown.length > 0 ? shown[0] : -1;
  for (const head of heads) {
    const isBy = head.dataset.sort === order.by;
    head.setAttribute("aria-sort", !isBy ? "none" : order.way > 0 ? "ascending" : "descending");
  }
}

function deltaOf(position) {
  const place = shown[position];
  const from = zero >= 0 ? zero : position > 0 ? shown[position - 1] : -1;
  if (from < 0 || !isDated(from) || !isDated(place)) return "";
  return delta(store.at[place] - store.at[from]);
}

function cells(place, position) {
  const kind = kindOf(place);
  const outcome = make("td", undefined, "c-outcome");
  outcome.append(make("span", kind.outcome, "outcome " + kind.outcome));
  return [
    make("td", idOf(place), "c-id"),
    make("td", timeOf(place) || "undated", "c-time"),
    make("td", deltaOf(position), "c-delta"),
    make("td", kind.level, "c-level level-" + kind.level),
    outcome,
    make("td", kind.stage === "none" ? "" : kind.stage, "c-stage"),
    make("td", nameOf(place), "c-name"),
    make("td", titleOf(place), "c-title"),
    make("td", statusOf(place)?.code ?? "", "c-code"),
    make("td", attemptsOf(place), "c-attempt"),
  ];
}

function spacer(height) {
  const row = make("tr", undefined, "spacer");
  const cell = make("td");
  cell.style.height = height + "px";
  row.append(cell);
  row.setAttribute("aria-hidden", "true");
  return row;
}

// Rows of height that a pixel of scrolling stands for: 1 unless the table would be too tall.
const wholeHeight = () => shown.length * rowHeight;
const tall = () => Math.min(wholeHeight(), TALLEST);
const room = () => Math.max(1, scroll.clientHeight - rowHeight);
const stretch = () => (tall() > room() ? (wholeHeight() - room()) / (tall() - room()) : 1);

function draw() {
  const top = scroll.scrollTop * stretch();
  const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
  const last = Math.min(shown.length, first + Math.ceil(scroll.clientHeight / rowHeight) + 2 * MARGIN);
  // Where the first drawn row has to lie, so that the one at `top` is in view.
  const before = Math.max(0, Math.round(first * rowHeight - top + scroll.scrollTop));
  const drawn = [];
  if (before > 0) drawn.push(spacer(before));
  for (let position = first; position < last; position++) {
    const place = shown[position];
    const node = make("tr", undefined, place === active ? "active" : "");
    node.id = "row-" + idOf(place);
    node.dataset.place = place;
    node.setAttribute("role", "row");
    node.setAttribute("aria-rowindex", position + 2);
    node.setAttribute("aria-selected", String(place === active));
    node.append(...cells(place, position));
    drawn.push(node);
  }
  const after = tall() - before - (last - first) * rowHeight;
  if (last < shown.length && after > 0) drawn.push(spacer(after));
  body.replaceChildren(...drawn);
  if (active >= 0 && positions[active] >= first && positions[active] < last) {
    scroll.setAttribute("aria-activedescendant", "row-" + idOf(active));
  } else scroll.removeAttribute("aria-activedescendant");
}

// Brings a row into view without moving the page.
function reveal(place) {
  const position = place >= 0 ? positions[place] : -1;
  if (position < 0) return;
  const top = position * rowHeight;
  const seen = scroll.scrollTop * stretch();
  if (top < seen || top > seen + room() - rowHeight) scroll.scrollTop = (top - room() / 3) / stretch();
}

// Makes a row the one that the keyboard is on.
function activate(place) {
  active = place;
  if (opened >= 0) open(place);
  else {
    reveal(place);
    draw();
    follows(place);
  }
}

function move(steps) {
  if (shown.length === 0) return;
  const position = Math.max(0, active >= 0 ? positions[active] : 0);
  activate(shown[Math.min(shown.length - 1, Math.max(0, position + steps))]);
}

// Goes to the next row in a direction that fits.
function step(direction, fits) {
  for (let position = (active >= 0 ? positions[active] : -1) + direction; position >= 0 && position < shown.length; position += direction) {
    if (fits(shown[position])) {
      activate(shown[position]);
      return;
    }
  }
}

function tableKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
  const page = Math.max(1, Math.floor(room() / rowHeight) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
  if (steps !== undefined) move(steps);
  else if (event.key === "Enter" && active >= 0) open(active);
  else if (event.key === "Escape" && opened >= 0) close();
  else if (event.key === "z" && active >= 0) countFrom(active);
  else return;
  event.preventDefault();
}

function wireTable() {
  let waits = false;
  scroll.addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      draw();
    });
  }, { passive: true });
  scroll.addEventListener("keydown", tableKey);
  addEventListener("resize", draw);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-place]");
    if (row) open(Number(row.dataset.place));
  });
  for (const head of heads) {
    head.firstElementChild.addEventListener("click", () => sortBy(head.dataset.sort));
  }
}
