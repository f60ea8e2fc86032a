// Whether rows match a query. What the columns say decides at once; only rows that it leaves open have
// their fields unpacked.

const NUMBERS = ["id", "pid", "tid", "version", "weight", "record"];
const OF_KIND = ["artifact", "channel", "decoded", "event", "format", "host", "id", "lane", "level", "name", "outcome", "provider", "source", "stage", "version", "weight"];

function edits(from, to) {
  let row = [...Array(to.length + 1).keys()];
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let at = 1; at <= to.length; at++) {
      next[at] = Math.min(row[at] + 1, next[at - 1] + 1, row[at - 1] + (from[line - 1] === to[at - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[to.length];
}

// The known name that fewest edits turn into this one, if few enough do.
function nearestName(name, known) {
  const wanted = name.toLowerCase();
  const most = 1 + Math.floor([...wanted].length / 3);
  const found = known.map((other) => [edits(wanted, other.toLowerCase()), other]).filter(([far]) => far <= most);
  found.sort((left, right) => left[0] - right[0] || (left[1] < right[1] ? -1 : 1));
  return found[0]?.[1];
}

let namesKnown = null;
const fieldNames = () => (namesKnown ??= [...new Set([...store.words.known, ...store.shapes.flat()])]);

function checkOrder({ op, value }) {
  if (["<", "<=", ">", ">="].includes(op) && value.number === null && value.when === null) {
    throw new QueryError("`" + value.text + "` is no number or time to compare with");
  }
}

// Refuses a term that can never match: an unknown field, or a value that does not fit its field.
function checkTerm(term) {
  const { field, own, value } = term;
  const wrong = (what) => new QueryError("`" + value.text + "` is no " + what);
  const fits = (words) => value.wildcard || words.includes(value.text);
  if (!own) {
    const names = fieldNames();
    const [whole, base] = [field.toLowerCase(), field.split(".")[0].toLowerCase()];
    const isKnown = names.some((name) => name.toLowerCase() === whole) || store.words.known.some((name) => name.toLowerCase() === base);
    if (!isKnown) {
      const near = nearestName(field, [...store.words.fields, ...names]);
      throw new QueryError("no field is called `" + field + "`" + (near ? "; did you mean `" + near + "`?" : ""));
    }
    return checkOrder(term);
  }
  if ((field === "after" || field === "before") && !value.when) throw wrong("time (use 2026-03-02T08:00 or 08:00)");
  if (field === "level") {
    if (value.rank === null) throw wrong("level");
    return;
  }
  for (const [name, words] of [["stage", store.words.stages], ["outcome", store.words.outcomes], ["lane", store.words.lanes]]) {
    if (field === name && !fits(words)) throw wrong(name);
  }
  if (NUMBERS.includes(field) && value.number === null && !value.wildcard) throw wrong("number");
  checkOrder(term);
}

function compares(left, op, right) {
  switch (op) {
    case ":": case "=": return left === right;
    case "!=": return left !== right;
    case "<": return left < right;
    case "<=": return left <= right;
    case ">": return left > right;
    case ">=": return left >= right;
    default: return false;
  }
}

// `*` stands for any run of letters, `?` for any one; the whole text must fit.
function wildcard(text, wanted) {
  let [at, want, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    if (wanted[want] === "*") [star, retry] = [want++, at];
    else if (wanted[want] === "?" || (want < wanted.length && wanted[want] === text[at])) [at, want] = [at + 1, want + 1];
    else if (star >= 0) [want, at] = [star + 1, ++retry];
    else return false;
  }
  while (wanted[want] === "*") want++;
  return want === wanted.length;
}

function isInRange(text, { begin, bits }) {
  const address = addressIn(text);
  if (address?.length !== begin.length) return false;
  return begin.every((byte, at) => {
    const dropped = 8 - Math.min(8, Math.max(0, bits - 8 * at));
    return byte >> dropped === address[at] >> dropped;
  });
}

function textMatches(text, op, value) {
  const found = () => {
    if (value.regex) return value.regex.test(text);
    if (value.range) return isInRange(text, value.range);
    const lower = text.toLowerCase();
    if (value.wildcard && [":", "=", "!="].includes(op)) return wildcard([...lower], [...value.text]);
    if (op === ":") return lower.includes(value.text);
    return (op === "=" || op === "!=") && lower === value.text;
  };
  return found() !== (op === "!=");
}

// The page has values as texts, so what looks like a number or a time is compared as one.
function valueMatches(text, op, value) {
  if (op !== "~" && !value.wildcard && !value.range) {
    if (value.code !== null && [":", "=", "!="].includes(op)) {
      const own = codeIn(text);
      if (own !== null) return (own === value.code) !== (op === "!=");
    }
    const own = value.number !== null ? numberIn(text) : null;
    if (own !== null) return compares(own, op, value.number);
    if (value.when?.at !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) {
      return compares(instantIn(text), op, value.when.at);
    }
  }
  return textMatches(text, op, value);
}

const exactly = (op) => (op === ":" ? "=" : op);
const oneOf = (texts, { op, value }) =>
  op === "!=" ? !texts.some((text) => textMatches(text, "=", value)) : texts.some((text) => textMatches(text, op, value));

// Whether an own field that all events of a kind share matches.
function kindMatches(kind, term) {
  const { field, op, value } = term;
  const origin = store.origins[kind.origin];
  const text = (number) => store.texts[number];
  switch (field) {
    case "provider": return oneOf([text(origin.provider), text(origin.alias)], term);
    case "channel": return oneOf([text(origin.channel)], term);
    case "host": return oneOf([text(origin.host)], term);
    case "artifact": return oneOf([text(origin.artifact)], term);
    case "format": return oneOf([origin.format], term);
    case "event": return [origin.alias, origin.provider].some((name) => textMatches(text(name) + "/" + kind.code, exactly(op), value));
    case "name": return textMatches(text(kind.name), op, value);
    case "id": return valueMatches(String(kind.code), op, value);
    case "version": case "weight": return valueMatches(String(kind[field]), op, value);
    case "level": return compares(kind.rank, op, value.rank);
    default: return textMatches(kind[field], exactly(op), value);
  }
}

function isAfter(place, when) {
  if (!isDated(place)) return false;
  const at = store.origin * 1e6 + store.at[place];
  if (when.at !== undefined) return at >= when.at;
  const day = 86400e6;
  return ((at % day) + day) % day >= when.daily;
}

function memberOf(text, names) {
  if (!/^\s*\{/.test(text)) return null;
  try {
    let place = JSON.parse(text);
    for (const name of names) {
      if (typeof place !== "object" || place === null || Array.isArray(place)) return null;
      const key = name in place ? name : Object.keys(place).find((key) => key.toLowerCase() === name.toLowerCase());
      place = key === undefined ? null : place[key];
    }
    return place === null || place === undefined ? null : typeof place === "string" ? place : JSON.stringify(place);
  } catch {
    return null;
  }
}

// Whether a term that needs the fields of an event matches.
function deepMatches(place, term, known) {
  const { field, own, op, value } = term;
  const details = detailsOf(place);
  const named = (name) => details.names.findIndex((other) => other.toLowerCase() === name);
  if (!own) {
    const whole = named(field.toLowerCase());
    if (whole >= 0) return valueMatches(details.value(whole), op, value);
    const [base, ...members] = field.split(".");
    const at = members.length > 0 && !known.has(field.toLowerCase()) ? named(base.toLowerCase()) : -1;
    const member = at >= 0 ? memberOf(details.value(at), members) : null;
    return member !== null && valueMatches(member, op, value);
  }
  const at = named("@message");
  const message = (at >= 0 && details.value(at)) || titleOf(place);
  switch (field) {
    case "pid": case "tid": return details[field] !== null && valueMatches(String(details[field]), op, value);
    case "user": return textMatches(details.user, op, value);
    case "activity": return [details.activity, details.related].some((id) => id !== "" && textMatches(id, op, value));
    case "record": {
      const number = /^(?:record|line|session) (\d+)/.exec(details.locator)?.[1];
      return number !== undefined && valueMatches(number, op, value);
    }
    case "message": return textMatches(message, op, value);
    default:
      return textMatches(message, op, value) ||
        details.names.some((name, at) => textMatches(name, op, value) || valueMatches(details.value(at), op, value));
  }
}

// A function from a row to true, false, or null where only its fields can tell.
function ready(expression, known) {
  if (expression.all || expression.any) {
    const dominant = expression.any !== undefined;
    const parts = (expression.all ?? expression.any).map((part) => ready(part, known));
    return (place) => {
      let decided = !dominant;
      for (const part of parts) {
        const one = part(place);
        if (one === dominant) return dominant;
        if (one === null) decided = null;
      }
      return decided;
    };
  }
  if (expression.none) {
    const inner = ready(expression.none, known);
    return (place) => {
      const decided = inner(place);
      return decided === null ? null : !decided;
    };
  }
  const { field, own, op, value } = expression;
  if (own && OF_KIND.includes(field)) {
    const answers = new Map();
    return (place) => {
      const kind = store.kind[place];
      if (!answers.has(kind)) answers.set(kind, kindMatches(store.kinds[kind], expression));
      return answers.get(kind);
    };
  }
  if (own && field === "after") return (place) => isAfter(place, value.when);
  if (own && field === "before") return (place) => isDated(place) && !isAfter(place, value.when);
  if (own && field === "code") {
    return (place) => store.status[place] > 0 && valueMatches("0x" + statusOf(place).number.toString(16), op, value);
  }
  // A word in the provider's or channel's name is found without the fields.
  const shallow = new Map();
  const inOrigin = (place) => {
    if (field !== "text" || !own) return false;
    const number = kindOf(place).origin;
    if (!shallow.has(number)) {
      const origin = store.origins[number];
      shallow.set(number, [origin.provider, origin.channel].some((name) => textMatches(store.texts[name], op, value)));
    }
    return shallow.get(number);
  };
  return (place) => inOrigin(place) || (isUnpacked(place) ? deepMatches(place, expression, known) : null);
}

// The places that match, in order. `isStale` says whether nobody waits for them any more, and `tell` is
// given the part that is done.
async function find(expression, places, isStale, tell) {
  const known = new Set(store.shapes.flat().map((name) => name.toLowerCase()));
  const decide = ready(expression, known);
  const hits = new Uint8Array(store.size);
  const open = new Map();
  for (const place of places) {
    const decided = decide(place);
    if (decided === true) hits[place] = 1;
    if (decided !== null) continue;
    const block = blockOf(place);
    if (!open.has(block)) open.set(block, []);
    open.get(block).push(place);
  }
  let [done, since] = [0, Date.now()];
  for (const [block, waiting] of [...open].sort((left, right) => left[0] - right[0])) {
    await unpackBlock(block);
    if (isStale()) return null;
    for (const place of waiting) if (decide(place)) hits[place] = 1;
    done += 1;
    if (Date.now() - since > 50) {
      tell(done / open.size);
      await breathe();
      since = Date.now();
    }
  }
  return places.filter((place) => hits[place] === 1);
}
