// Small words of the page: nodes, counts, times and spans.
// Everything that comes from the evidence is written as text of a node, never as markup.
// The files of this folder are one script, in one scope.

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en");

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

// A span with the unit that fits it, as the program writes them.
function duration(seconds) {
  const sign = seconds < 0 ? "-" : "";
  const span = Math.abs(seconds);
  if (span < 0.9995) return sign + (span * 1000).toFixed(span > 0 && span < 0.01 ? 1 : 0) + " ms";
  if (span < 99.95) return sign + span.toFixed(1) + " s";
  const whole = Math.round(span);
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  if (whole < 3600) return sign + Math.floor(whole / 60) + " m " + two(whole % 60) + " s";
  if (whole < 86400) return sign + Math.floor(whole / 3600) + " h " + two((whole % 3600) / 60) + " m";
  return sign + Math.floor(whole / 86400) + " d " + Math.floor((whole % 86400) / 3600) + " h";
}

const delta = (micros) => (micros < 0 ? "" : "+") + duration(micros / 1e6);

// `YYYY-MM-DD hh:mm:ss` of a whole second since 1970, in a zone of so many minutes east of UTC.
function dateAndTime(second, minutes) {
  const milliseconds = (second + minutes * 60) * 1000;
  // Beyond the years that dates can have nothing is said rather than something wrong.
  if (!(Math.abs(milliseconds) <= 8.64e15)) return "out of range";
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "").replace("T", " ");
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

// Lets the page be drawn and keys be heard in the midst of long work.
const breathe = () => new Promise((go) => setTimeout(go));
