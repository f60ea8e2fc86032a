// The events of the page: columns of numbers that are unpacked at once, and blocks of fields that are
// unpacked when an event is opened or a search needs them.

const BLOCKS_KEPT = 80;
// Members of an entry of a block before its values.
const HEAD = 10;

const store = { size: 0, dated: 0, zone: 0, told: 0 };
// Blocks of fields that are unpacked, the one that was used last at the end.
const unpacked = new Map();

async function unpack(node) {
  const block = JSON.parse(node.textContent);
  if (block.encoding !== "deflate-raw" || typeof DecompressionStream !== "function") {
    throw new Error("this browser is too old for it");
  }
  const text = atob(block.data);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const plainBytes = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(plainBytes).text());
}

// Sums of differences.
function summed(differences, Kind) {
  const out = new Kind(differences.length);
  let sum = 0;
  for (let at = 0; at < out.length; at++) out[at] = sum += differences[at];
  return out;
}

async function load() {
  const first = await unpack(byId("joinscope-events"));
  const { columns } = first;
  Object.assign(store, columns, {
    size: columns.ids.length,
    ids: summed(columns.ids, Uint32Array),
    seconds: summed(columns.seconds, Float64Array),
    ticks: Uint32Array.from(columns.ticks),
    kind: Uint32Array.from(columns.kind),
    title: Uint32Array.from(columns.title),
    status: Uint32Array.from(columns.status),
    attempts: new Map(),
    block: first.block,
    shapes: first.shapes,
    origin: first.origin,
    zone: first.tracks.zone_minutes,
    words: first.words,
    fieldBlocks: [...document.querySelectorAll(".joinscope-fields")],
  });
  summed(columns.steps, Uint32Array).forEach((place, at) => store.attempts.set(place, columns.attempts[columns.of[at]]));
  // Microseconds since the origin; a part of one is lost only centuries away.
  store.at = new Float64Array(store.dated);
  for (let place = 0; place < store.dated; place++) {
    store.at[place] = (store.seconds[place] - store.origin) * 1e6 + store.ticks[place] / 10;
  }
  // Blocks hold told rows first, then the others.
  store.slot = new Uint32Array(store.size);
  const isTold = (place) => columns.telling.charCodeAt(place) === 49;
  for (let place = 0; place < store.size; place++) if (isTold(place)) store.slot[place] = store.told++;
  let next = store.told;
  for (let place = 0; place < store.size; place++) if (!isTold(place)) store.slot[place] = next++;
  return first;
}

const isTold = (place) => store.slot[place] < store.told;
const isDated = (place) => place < store.dated;
const idOf = (place) => "e" + (store.ids[place] + 1);
const kindOf = (place) => store.kinds[store.kind[place]];
const originOf = (place) => store.origins[kindOf(place).origin];
const titleOf = (place) => store.texts[store.title[place]];
const statusOf = (place) => (store.status[place] > 0 ? store.statuses[store.status[place] - 1] : null);
const attemptsOf = (place) => store.attempts.get(place) ?? "";
const nameOf = (place) => store.texts[originOf(place).alias] + " " + store.texts[kindOf(place).kind];
const isFailure = (place) => kindOf(place).outcome === "failure";

function timeOf(place) {
  if (!isDated(place)) return "";
  const milliseconds = String(Math.floor(store.ticks[place] / 10000)).padStart(3, "0");
  return dateAndTime(store.seconds[place], store.zone) + "." + milliseconds;
}

function utcOf(place) {
  if (!isDated(place)) return "";
  return dateAndTime(store.seconds[place], 0).replace(" ", "T") + "." + String(store.ticks[place]).padStart(7, "0") + "Z";
}

// The row of an event's id, or -1.
function placeOf(id) {
  const wanted = Number(id.slice(1)) - 1;
  let [low, high] = [0, store.size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (store.ids[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < store.size && store.ids[low] === wanted ? low : -1;
}

const blockOf = (place) => Math.floor(store.slot[place] / store.block);
const isUnpacked = (place) => unpacked.has(blockOf(place));

async function unpackBlock(number) {
  const known = unpacked.get(number);
  const block = known ?? (await unpack(store.fieldBlocks[number]));
  unpacked.delete(number);
  unpacked.set(number, block);
  if (unpacked.size > BLOCKS_KEPT) unpacked.delete(unpacked.keys().next().value);
  return block;
}

// What only an opened event shows; its block must be unpacked.
function detailsOf(place) {
  const entry = unpacked.get(blockOf(place))?.[store.slot[place] % store.block];
  if (!entry) return null;
  const [shape, locator, pid, tid, user, activity, related, also, recorded, leftOut] = entry;
  const names = store.shapes[shape];
  const fields = () => names.map((name, at) => [name, entry[HEAD + at]]);
  return { locator, pid, tid, user, activity, related, also, recorded, leftOut, names, fields, value: (at) => entry[HEAD + at] };
}
