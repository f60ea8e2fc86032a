// The panel of one event, and links that lead to it.

// What is said first, and where it stands; the fields come between the two.
function facts(place, details) {
  const [kind, origin, status] = [kindOf(place), originOf(place), statusOf(place)];
  const text = (number) => store.texts[number];
  const numbers = [details.pid, details.tid].filter((id) => id !== null).join(", ");
  const since = zero >= 0 && zero !== place && isDated(zero) && isDated(place)
    ? delta(store.at[place] - store.at[zero]) + " from " + idOf(zero) : "";
  const said = [
    ["Time", timeOf(place) || "undated"], ["Time in UTC", utcOf(place)], ["Counted", since], ["Outcome", kind.outcome],
    ["Level", kind.level], ["Code", status?.code ?? ""], ["Code means", status?.means.join("\n") ?? ""],
    ["Stage", kind.stage], ["Attempt", attemptsOf(place)],
  ];
  const where = [
    ["Provider", text(origin.provider)], ["Event id", kind.code + " (version " + kind.version + ")"],
    ["Channel", text(origin.channel)], ["Computer", text(origin.host)], ["User", details.user], ["Process, thread", numbers],
    ["Activity", details.activity], ["Related activity", details.related], ["Artifact", text(origin.artifact)],
    ["Place in it", details.locator], ["Source", kind.source], ["Stands also in", details.also.join("\n")],
    ["Time recorded", details.recorded], ["Decoded by", kind.decoded === "own" ? "" : kind.decoded],
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

const headingOf = (place) => idOf(place) + ": " + titleOf(place);

function fill(place) {
  const details = detailsOf(place);
  if (!details) return;
  const { said, where } = facts(place, details);
  const fields = details.fields();
  const lines = said.map(([name, value]) => line(name, value));
  lines.push(divider(fields.length === 0 ? "No fields" : "Fields"));
  lines.push(...fields.map(([name, value]) => line(name, value, "field")));
  if (details.leftOut > 0) lines.push(divider(details.leftOut + " further fields are not on this page"));
  lines.push(divider("Where it stands"), ...where.map(([name, value]) => line(name, value)));
  byId("detail-rows").tBodies[0].replaceChildren(...lines);
}

async function open(place) {
  opened = active = place;
  byId("detail-title").textContent = headingOf(place);
  byId("detail-zero").textContent = zero === place ? "Count time from the row before" : "Count time from here";
  detail.hidden = false;
  detail.scrollTop = 0;
  panes.classList.add("with-detail");
  address(place);
  reveal(place);
  draw();
  follows(place);
  if (!isUnpacked(place)) await unpackBlock(blockOf(place));
  if (opened === place) fill(place);
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
  byId("delta-title").textContent = zero < 0 ? "Since last" : "Since " + idOf(zero);
  if (opened >= 0) open(opened);
  else {
    draw();
    follows(active);
  }
}

// The address follows once no further event is opened: browsers refuse to change it many times in a row.
let addressing = 0;

function address(place) {
  clearTimeout(addressing);
  addressing = setTimeout(() => {
    if (opened === place) history.replaceState(null, "", "#" + idOf(place));
  }, 250);
}

// Goes where the address points: an event, or a card that is folded.
async function follow() {
  const target = decodeURIComponent(location.hash.slice(1));
  const card = target && byId(target);
  if (card) {
    for (let fold = card; fold; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
    card.scrollIntoView();
  }
  if (!/^e\d+$/.test(target)) return;
  const place = placeOf(target);
  const status = byId("events-status");
  status.hidden = place >= 0;
  if (place < 0) {
    status.textContent = target + " is not on this page; joinscope timeline prints all events.";
    return;
  }
  await admit(place);
  open(place);
  grid.scrollIntoView({ block: "start" });
  scroll.focus({ preventScroll: true });
}

function wireDetail() {
  byId("detail-close").addEventListener("click", close);
  byId("detail-zero").addEventListener("click", () => countFrom(opened));
  byId("detail-copy").addEventListener("click", () => {
    const details = detailsOf(opened);
    if (!details) return;
    const { said, where } = facts(opened, details);
    const lines = [headingOf(opened), ...[...said, ...details.fields(), ...where].map(([name, value]) => name + ": " + value)];
    copy(lines.join("\n"), byId("detail-rows"), byId("filter-count"));
  });
  detail.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  addEventListener("hashchange", follow);
}
