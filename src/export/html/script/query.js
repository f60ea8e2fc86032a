// The query language of the program, read as the program reads it; `tests/queries` holds both to the same
// cases. A query becomes `{ all }`, `{ any }`, `{ none }` or a term.

const DEEPEST = 256;
const OPERATORS = ["!=", "<=", ">=", "==", "=", ":", "~", "<", ">"];
const RANKS = {
  verbose: 1, debug: 1, info: 2, information: 2, informational: 2, always: 2,
  warning: 3, warn: 3, error: 4, err: 4, critical: 5, fatal: 5,
};

class QueryError extends Error {}

const expected = (what, rest) => new QueryError("expected " + what + " at “" + (rest.slice(0, 40) || "the end") + "”");

// What a text states as a number: whole, hexadecimal, or with a fraction; null where it states none.
function numberIn(text) {
  const word = text.trim();
  if (/^0x[0-9a-f]{1,16}$/i.test(word)) return Number(word);
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
  return null;
}

// A status code: hexadecimal, unsigned and signed forms of the same code give the same number.
function codeIn(text) {
  const word = text.trim();
  if (!/^(0x[0-9a-f]{1,16}|[+-]?\d+)$/i.test(word)) return null;
  const number = Number(word);
  if (number >= 0 && number < 2 ** 32) return number;
  return number < 0 && number >= -(2 ** 31) ? number + 2 ** 32 : null;
}

const clockPattern = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?$/;

// Microseconds into the day, or null.
function clockIn(text) {
  const found = clockPattern.exec(text);
  if (!found) return null;
  const [hours, minutes, seconds] = [found[1], found[2], found[3] ?? "0"].map(Number);
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const ticks = Number(((found[4] ?? "") + "0000000").slice(0, 7));
  return (hours * 3600 + minutes * 60 + seconds) * 1e6 + ticks / 10;
}

// Microseconds since 1970 of an RFC 3339 text or `YYYY-MM-DD[ hh:mm[:ss[.fffffff]]]` read as UTC, or null.
function instantIn(text) {
  const found = /^(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ](.*))?$/i.exec(text.trim());
  if (!found) return null;
  const zoned = /^(.*?)(?:Z|([+-])(\d\d):(\d\d))$/i.exec(found[4] ?? "");
  const ofDay = clockIn((zoned ? zoned[1] : found[4]) ?? "00:00");
  const [year, month, day] = [found[1], found[2], found[3]].map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (ofDay === null || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const offset = zoned?.[2] ? (zoned[2] === "-" ? -1 : 1) * (Number(zoned[3]) * 60 + Number(zoned[4])) : 0;
  return date.getTime() * 1000 + ofDay - offset * 60e6;
}

// The value of a term, in every reading that comparing may need.
function pattern(text) {
  const at = instantIn(text);
  const daily = at === null ? clockIn(text) : null;
  return {
    text: text.toLowerCase(),
    wildcard: /[*?]/.test(text),
    number: numberIn(text),
    code: codeIn(text),
    when: at !== null ? { at } : daily !== null ? { daily } : null,
    rank: RANKS[text.toLowerCase()] ?? null,
    regex: null,
    range: null,
  };
}

// `10.0.0.0/8` as numbers; IPv6 is read too.
function rangeIn(text) {
  const [address, bits, more] = text.split("/");
  const begin = addressIn(address);
  const width = begin?.length === 4 ? 32 : 128;
  if (!begin || more !== undefined || !/^\d{1,3}$/.test(bits ?? "") || Number(bits) > width) {
    throw new QueryError("`" + text + "` is no address range (use 10.0.0.0/8)");
  }
  return { begin, bits: Number(bits) };
}

// The bytes of an address, with or without a port, or null.
function addressIn(text) {
  const word = text.trim();
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::\d{1,5})?$/.exec(word);
  if (four) {
    const bytes = four.slice(1, 5).map(Number);
    return bytes.every((byte) => byte < 256) ? bytes : null;
  }
  const six = /^\[([0-9a-f:.]+)\]:\d{1,5}$/i.exec(word)?.[1] ?? word;
  if (!/^[0-9a-f:]+$/i.test(six) || !six.includes(":") || six.split("::").length > 2) return null;
  const groups = (part) => (part ? part.split(":") : []);
  const [left, right] = six.split("::").map(groups);
  const zeros = right === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...Array(Math.max(0, zeros)).fill("0"), ...(right ?? [])];
  if (all.length !== 8 || all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  get rest() {
    return this.text.slice(this.at);
  }

  // Takes what fits here, or nothing.
  take(regex) {
    const found = new RegExp(regex.source, regex.flags + "y");
    found.lastIndex = this.at;
    const match = found.exec(this.text);
    if (match) this.at += match[0].length;
    return match;
  }

  // A word that joins terms, with the space or the parenthesis that must follow it.
  takeWord(word) {
    return this.take(new RegExp(word + "(?:\\s+|(?=\\())", "i"));
  }

  parse() {
    this.take(/\s*/);
    const expression = this.either();
    if (!expression) throw expected("a term", this.rest);
    this.take(/\s*/);
    if (this.at < this.text.length) throw expected("a term, `and`, `or` or the end", this.rest);
    return expression;
  }

  must(expression) {
    if (!expression) throw expected("a term", this.rest);
    return expression;
  }

  either() {
    const first = this.both();
    if (!first) return null;
    const parts = [first];
    while (this.take(/\s+or(?:\s+|(?=\())/i)) parts.push(this.must(this.both()));
    return parts.length > 1 ? { any: parts } : first;
  }

  both() {
    const first = this.negation();
    if (!first) return null;
    const parts = [first];
    for (;;) {
      const before = this.at;
      if (this.take(/\s+and(?:\s+|(?=\())/i)) parts.push(this.must(this.negation()));
      else {
        const isNext = this.take(/\s+/) && !/^or(?:[\s(]|$)/i.test(this.rest);
        const next = isNext ? this.negation() : null;
        if (!next) {
          this.at = before;
          break;
        }
        parts.push(next);
      }
    }
    return parts.length > 1 ? { all: parts } : first;
  }

  negation() {
    if (this.takeWord("not") || this.take(/!\s*/) || this.take(/-/)) return { none: this.must(this.negation()) };
    if (!this.take(/\(\s*/)) return this.term();
    const inner = this.must(this.either());
    if (!this.take(/\s*\)/)) throw expected("a term", this.rest);
    return inner;
  }

  term() {
    const before = this.at;
    const name = this.take(/`([^`]+)`|[\p{L}\p{N}_.@#]+/u);
    const op = name && OPERATORS.find((op) => this.text.startsWith(op, this.at));
    if (op) {
      this.at += op.length;
      return this.fieldTerm(name[1] ?? name[0], op === "==" ? "=" : op, before);
    }
    this.at = before;
    if (/^(?:and|or|not)(?:[\s(]|$)/i.test(this.rest)) return null;
    const text = this.value();
    return text === null ? null : { field: "text", own: true, op: ":", value: pattern(text) };
  }

  fieldTerm(name, op, before) {
    const range = ["=", "!=", ":"].includes(op) && this.take(/cidr\([^\s()"]+\)/i);
    const text = range ? range[0] : this.value();
    if (text === null) throw expected("a term", this.rest);
    const value = pattern(text);
    if (op === "~") {
      try {
        value.regex = new RegExp(text, "i");
      } catch {
        throw expected("a regular expression", this.text.slice(before));
      }
    }
    const own = store.words.fields.find((known) => known === name.toLowerCase());
    return { field: own ?? name, own: own !== undefined, op, value };
  }

  // A quoted text or a run without spaces and parentheses; null where there is none.
  value() {
    const quoted = this.take(/"((?:[^"\\]|\\[^])*)"/);
    if (quoted) return quoted[1].replace(/\\([\\"])/g, "$1");
    if (this.text[this.at] === '"') throw expected("the end of the quoted text", this.rest);
    return this.take(/[^ \t\r\n()"]+/)?.[0] ?? null;
  }
}

function termsOf(expression) {
  const parts = expression.all ?? expression.any ?? (expression.none ? [expression.none] : null);
  return parts ? parts.flatMap(termsOf) : [expression];
}

// Reads a query and refuses one that could never match.
function parseQuery(text, check = checkTerm) {
  if ((text.match(/[(!-]|not /gi) ?? []).length > DEEPEST) throw new QueryError("nested deeper than " + DEEPEST);
  const expression = new Reader(text).parse();
  for (const term of termsOf(expression)) {
    const inner = /^cidr\((.*)\)$/.exec(term.value.text);
    if (inner && term.op !== "~") term.value.range = rangeIn(inner[1]);
    check(term);
  }
  return expression;
}
