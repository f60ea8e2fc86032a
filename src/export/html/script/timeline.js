// Moving in the timeline: zoom, brush, keys, and the line below it that says what is under the pointer or
// selected by keys. It shows what the filter lets through, and shares the selected event with the table.

const NEAR = 8;
const PAUSE = 700;
const tip = byId("timeline-tip");

// Views to go back to, and when the last move was.
let views = [];
let moved = 0;
// The wait or token that keys have selected.
let selectedBar = null;

function show(from, to) {
  const length = Math.min(Math.max(to - from, 1000), wholeView.to - wholeView.from);
  const start = Math.min(Math.max((from + to - length) / 2, wholeView.from), wholeView.to - length);
  view = { from: start, to: start + length };
  drawTimeline();
}

// Shows a stretch because the reader asked for it; moves in quick succession are one to go back on.
function look(from, to) {
  if (Date.now() - moved > PAUSE) views.push(view);
  moved = Date.now();
  show(from, to);
}

function lookBack() {
  const before = views.pop();
  moved = 0;
  if (before) show(before.from, before.to);
}

// Zooms around a time that stays where it is.
function zoom(factor, at = (view.from + view.to) / 2) {
  look(at - (at - view.from) * factor, at + (view.to - at) * factor);
}

function pan(part) {
  const by = (view.to - view.from) * part;
  look(view.from + by, view.to + by);
}

function nearest(x, y) {
  const lane = drawnLanes.find((lane) => y >= lane.top && y < lane.bottom);
  if (!lane) return -1;
  const at = toTime(x);
  const index = lowerBound(lane.places, at);
  const near = [lane.places[index - 1], lane.places[index]].filter((place) => place !== undefined);
  near.sort((left, right) => Math.abs(store.at[left] - at) - Math.abs(store.at[right] - at));
  return near.length > 0 && Math.abs(toX(store.at[near[0]]) - x) <= NEAR ? near[0] : -1;
}

const barAt = (x, y) => drawnBars.findLast((bar) => x >= bar.left && x <= bar.right && y >= bar.top && y <= bar.bottom);

// How many shown events lie on the same few pixels as this one.
function crowd(place) {
  const lane = drawnLanes.find((lane) => lane.places[lowerBound(lane.places, store.at[place])] !== undefined && kindOf(lane.places[0]).lane === kindOf(place).lane);
  if (!lane) return 1;
  const half = (toTime(BIN) - toTime(0)) / 2;
  return lowerBound(lane.places, store.at[place] + half) - lowerBound(lane.places, store.at[place] - half);
}

function tell(place) {
  if (place < 0) return;
  const code = statusOf(place)?.code;
  const since = zero >= 0 && isDated(zero) && isDated(place) && zero !== place ? "  " + delta(store.at[place] - store.at[zero]) + " from " + idOf(zero) : "";
  const others = isDated(place) && view ? crowd(place) - 1 : 0;
  const near = others > 0 ? ", " + count(others) + " more here" : "";
  tip.textContent = `${idOf(place)}  ${timeOf(place)}${since}  ${kindOf(place).outcome}  ${nameOf(place)}: ${titleOf(place)}${code ? ", " + code : ""}${near}`;
}

// Brings the selected event into view here too.
function follows(place) {
  selectedBar = null;
  tell(place);
  const at = place >= 0 && isDated(place) ? store.at[place] : null;
  if (view && at !== null && (at < view.from || at > view.to)) {
    const half = (view.to - view.from) / 2;
    show(at - half, at + half);
  } else drawTimeline();
}

// The bars of a kind in the order of time, each with a stretch to show.
function barsOf(kind) {
  const of = kind === "gap"
    ? overlongGaps().map((gap) => ({ id: gap.id, text: gap.text, from: gap.from, to: gap.to }))
    : shownTokens().map((token) => {
        const times = [token.from, token.got, token.to, ...token.uses.map((used) => used.at)].filter((at) => at !== null);
        return { id: token.id, text: token.text, from: Math.min(...times), to: Math.max(...times) };
      });
  return of.sort((left, right) => left.from - right.from);
}

function selectBar(kind, direction) {
  const bars = barsOf(kind);
  if (bars.length === 0) return;
  const at = selectedBar?.kind === kind ? bars.findIndex((bar) => bar.id === selectedBar.id) + direction : direction > 0 ? 0 : bars.length - 1;
  const bar = bars[(at + bars.length) % bars.length];
  selectedBar = { kind, id: bar.id };
  const margin = Math.max((bar.to - bar.from) * 0.1, 1e6);
  look(Math.max(bar.from - margin, wholeView.from), Math.min(bar.to + margin, wholeView.to));
  tip.textContent = bar.text + "; Enter goes to its row";
}

function go(link) {
  location.hash = link;
}

function timelineKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isFailed = (place) => isDated(place) && isFailure(place);
  const keys = {
    w: () => zoom(0.6), ArrowUp: () => zoom(0.6), "+": () => zoom(0.6),
    s: () => zoom(1 / 0.6), ArrowDown: () => zoom(1 / 0.6), "-": () => zoom(1 / 0.6),
    a: () => pan(-0.2), ArrowLeft: () => pan(-0.2), d: () => pan(0.2), ArrowRight: () => pan(0.2),
    Home: () => look(wholeView.from, wholeView.to), 0: () => look(wholeView.from, wholeView.to), u: lookBack,
    ",": () => step(-1, isDated), ".": () => step(1, isDated), e: () => step(1, isFailed), E: () => step(-1, isFailed),
    g: () => selectBar("gap", 1), G: () => selectBar("gap", -1), t: () => selectBar("token", 1), T: () => selectBar("token", -1),
    z: () => active >= 0 && countFrom(active),
    Enter: () => (selectedBar ? go(selectedBar.id) : active >= 0 && open(active)),
  };
  const action = keys[event.key] ?? keys[event.key.length === 1 && !"eEgGtT".includes(event.key) ? event.key.toLowerCase() : ""];
  if (!action) return;
  event.preventDefault();
  action();
}

// What the brush holds so far.
function tellBrush() {
  const [from, to] = [brush.from, brush.to].sort((left, right) => left - right).map(toTime);
  const among = inTime.length > 0 ? lanes.map((lane) => lowerBound(lane.places, to) - lowerBound(lane.places, from)) : [0];
  const events = among.reduce((sum, number) => sum + number, 0);
  tip.textContent = `${clock(from, 1)} to ${clock(to, 1)}, ${duration((to - from) / 1e6)}, ${count(events)} events; let go to zoom`;
}

function point(x, y) {
  const place = nearest(x, y);
  const bar = place < 0 ? barAt(x, y) : null;
  if (bar) tip.textContent = bar.text;
  else tell(place);
}

function press(x, y) {
  const place = nearest(x, y);
  const bar = place < 0 ? barAt(x, y) : null;
  if (place >= 0) open(place);
  else if (bar) go(bar.link);
  else drawTimeline();
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
    if (!brush) return point(x, y);
    brush.to = Math.min(Math.max(x, GUTTER), GUTTER + plotWidth());
    tellBrush();
    drawTimeline();
  });
  svg.addEventListener("pointerup", (event) => {
    if (!brush) return;
    const { from, to } = brush;
    brush = null;
    if (Math.abs(to - from) > 5) look(toTime(Math.min(from, to)), toTime(Math.max(from, to)));
    else press(...place(event));
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
  const buttons = {
    in: () => zoom(0.5), out: () => zoom(2), left: () => pan(-0.4), right: () => pan(0.4), undo: lookBack,
    whole: () => look(wholeView.from, wholeView.to), attempt: showAttempt,
  };
  for (const [name, action] of Object.entries(buttons)) byId("timeline-" + name).addEventListener("click", action);
  addEventListener("resize", drawTimeline);
}

function showAttempt() {
  const span = spans.get(tracks.attempt);
  if (!span || span.start === null || span.end === null) return;
  const margin = Math.max((span.end - span.start) * 0.08, 2e6);
  look(span.start - margin, span.end + margin);
}

function startTimeline(data) {
  tracks = data.tracks;
  if (store.dated === 0) return;
  const [first, last] = [store.at[0], store.at[store.dated - 1]];
  const margin = Math.max((last - first) * 0.01, 1e5);
  wholeView = { from: first - margin, to: last + margin };
  view = { ...wholeView };
  byId("timeline-figure").hidden = false;
  byId("timeline-attempt").hidden = !spans.has(tracks.attempt);
  wireTimeline();
  showAttempt();
  views = [];
  moved = 0;
}
