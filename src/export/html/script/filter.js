// What is shown: a query, some choices and an order, with what was shown before to go back to.

const form = byId("filter");
const [queryField, scopeField, levelField, outcomeField, attemptField] =
  ["filter-text", "filter-scope", "filter-level", "filter-outcome", "filter-attempt"].map(byId);
const WAIT = 150;

// States that were shown, and where among them the present one stands.
let states = [];
let present = -1;
// Goes up with each change, so that work for an older one can stop.
let turn = 0;
let typing = 0;

const stateNow = () => ({
  query: queryField.value.trim(), scope: scopeField.value, level: levelField.value,
  outcome: outcomeField.value, attempt: attemptField.value, by: order.by, way: order.way,
});

function enter(state) {
  queryField.value = state.query;
  scopeField.value = state.scope;
  levelField.value = state.level;
  outcomeField.value = state.outcome;
  attemptField.value = state.attempt;
  order = { by: state.by, way: state.way };
}

function remember() {
  const state = stateNow();
  if (present >= 0 && JSON.stringify(states[present]) === JSON.stringify(state)) return;
  states = [...states.slice(0, present + 1), state].slice(-100);
  present = states.length - 1;
}

function travel(steps) {
  const state = states[present + steps];
  if (!state) return;
  present += steps;
  enter(state);
  refilter();
}

function tellTravel() {
  byId("filter-undo").disabled = present <= 0;
  byId("filter-redo").disabled = present >= states.length - 1;
}

// Whether a row fits the choices beside the query.
function choices() {
  const level = Number(levelField.value);
  const outcome = outcomeField.value;
  const span = spans.get(attemptField.value);
  const isDuring = (place) => isDated(place) && store.at[place] >= span.start && store.at[place] <= span.end;
  return (place) =>
    kindOf(place).rank >= level &&
    (outcome === "" || kindOf(place).outcome === outcome) &&
    (!span || attemptsOf(place).split(" ").includes(span.id) || isDuring(place));
}

function places(fits) {
  const out = [];
  for (let place = 0; place < store.size; place++) if (fits(place)) out.push(place);
  return out;
}

function parsed() {
  const error = byId("filter-error");
  try {
    const query = queryField.value.trim() ? parseQuery(queryField.value) : null;
    error.textContent = "";
    error.hidden = true;
    queryField.removeAttribute("aria-invalid");
    return { query };
  } catch (fault) {
    error.textContent = fault.message;
    error.hidden = false;
    queryField.setAttribute("aria-invalid", "true");
    return null;
  }
}

// Finds what is to be shown and shows it; where the query is wrong, what was shown before stays.
async function refilter() {
  const mine = ++turn;
  const isStale = () => mine !== turn;
  tellTravel();
  const read = parsed();
  if (!read) return;
  const status = byId("filter-count");
  const fits = choices();
  const isAll = scopeField.value === "all";
  const within = places((place) => (isAll || isTold(place)) && fits(place));
  const search = (among, words) => find(read.query, among, isStale, (part) => (status.textContent = words(Math.round(part * 100) + " %")));
  const found = read.query ? await search(within, () => "searching …") : within;
  if (isStale() || !found) return;
  showPlaces(found);
  sortIntoLanes();
  reveal(active);
  draw();
  drawTimeline();
  const untold = store.size - store.told;
  const all = isAll ? store.size : store.told;
  const said = count(found.length) + " of " + count(all) + (isAll ? " events" : " told events") + " shown";
  status.textContent = said + (isAll || untold === 0 ? "" : ", " + count(untold) + " others hidden");
  if (isAll || untold === 0 || (!read.query && within.length === store.told)) return;
  // What the choice of told events hides of what was asked for.
  const hidden = places((place) => !isTold(place) && fits(place));
  const more = read.query ? await search(hidden, (part) => said + ", searching the others, " + part) : hidden;
  if (!isStale() && more) status.textContent = said + ", " + count(more.length) + " more among the " + count(untold) + " others";
}

function changed() {
  clearTimeout(typing);
  remember();
  return refilter();
}

function sortBy(column) {
  const isSame = order.by === column;
  if (isSame && order.way < 0) order = { by: "", way: 1 };
  else order = { by: column, way: isSame ? -1 : 1 };
  changed();
}

// Lets a row be seen that the filter hides.
async function admit(place) {
  if (positions[place] >= 0) return;
  form.reset();
  if (!isTold(place)) scopeField.value = "all";
  await changed();
}

function wireFilter() {
  queryField.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, WAIT);
  });
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  form.addEventListener("reset", () => setTimeout(changed));
  byId("filter-undo").addEventListener("click", () => travel(-1));
  byId("filter-redo").addEventListener("click", () => travel(1));
  addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = { "/": () => queryField.focus(), "<": () => travel(-1), ">": () => travel(1) }[event.key];
    if (!action || grid.hidden) return;
    event.preventDefault();
    action();
  });
}
