// The other tables: sorted by a click on a column's head, narrowed by the query language.
// Rows that stand for events answer as these events; any other row answers by its columns.

const cellValue = (cell) => cell.dataset.value ?? cell.textContent.trim();

function sortable(list) {
  for (const head of list.tHead.querySelectorAll("th:not([data-still])")) {
    const button = make("button", head.textContent);
    button.type = "button";
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sortList(list, head));
  }
  [...list.tBodies[0].rows].forEach((row, index) => (row.dataset.index = index));
}

// First a click sorts up, the next one down, and then rows stand as they were.
function sortList(list, head) {
  const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
  for (const other of list.tHead.querySelectorAll("th[aria-sort]")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", next);
  const rows = [...list.tBodies[0].rows];
  const way = next === "descending" ? -1 : 1;
  const key = (row) => (next === "none" ? row.dataset.index : cellValue(row.cells[head.cellIndex]));
  const compare = (left, right) => {
    const [one, other] = [key(left), key(right)];
    const [first, second] = [numberIn(one), numberIn(other)];
    // What is empty stands last either way.
    if (one === "" || other === "") return (one === "") - (other === "");
    if (first !== null && second !== null) return way * (first - second);
    return way * one.localeCompare(other, "en", { numeric: true });
  };
  rows.sort((left, right) => compare(left, right) || left.dataset.index - right.dataset.index);
  list.tBodies[0].append(...rows);
}

// The columns of a table as fields: first words of their heads, in lower case.
function columnsOf(list) {
  return [...list.tHead.rows[0].cells].map((head) => head.textContent.trim().toLowerCase().split(/[ ,(]/)[0]);
}

// Whether a row matches by its columns; a column that holds a time in words is compared as text.
function rowMatches(row, columns, expression) {
  if (expression.all) return expression.all.every((part) => rowMatches(row, columns, part));
  if (expression.any) return expression.any.some((part) => rowMatches(row, columns, part));
  if (expression.none) return !rowMatches(row, columns, expression.none);
  const { field, own, op, value } = expression;
  if (own && field === "text") return textMatches(row.textContent, op, value);
  const cell = row.cells[columns.indexOf(field.toLowerCase())];
  const text = cell.textContent.trim();
  return [cell.dataset.value, text].some((text) => text !== undefined && valueMatches(text, op, value));
}

function columnTerm(columns) {
  return (term) => {
    if (term.own && term.field === "text") return;
    if (columns.includes(term.field.toLowerCase())) return checkOrder(term);
    const near = nearestName(term.field, columns);
    throw new QueryError("no column is called `" + term.field + "`" + (near ? "; did you mean `" + near + "`?" : ""));
  };
}

async function narrow(filterForm, lists, token) {
  const [status, error] = [filterForm.querySelector("[role=status]"), filterForm.querySelector("[role=alert]")];
  const text = filterForm.querySelector("input").value.trim();
  const rows = lists.flatMap((list) => [...list.tBodies[0].rows]);
  let fits = () => true;
  try {
    if (text && rows[0]?.dataset.event) {
      const expression = parseQuery(text);
      const places = rows.map((row) => placeOf(row.dataset.event)).filter((place) => place >= 0);
      places.sort((left, right) => left - right);
      const found = await find(expression, [...new Set(places)], () => token.turn !== token.mine(), () => {});
      if (!found) return;
      const ids = new Set(found.map(idOf));
      fits = (row) => ids.has(row.dataset.event);
    } else if (text && lists[0]) {
      const columns = columnsOf(lists[0]);
      const expression = parseQuery(text, columnTerm(columns));
      fits = (row) => rowMatches(row, columns, expression);
    }
    error.textContent = "";
  } catch (fault) {
    error.textContent = fault.message;
    return;
  }
  for (const row of rows) row.hidden = !fits(row);
  const left = rows.filter((row) => !row.hidden).length;
  status.textContent = text ? count(left) + " of " + count(rows.length) + " shown" : "";
}

function wireLists() {
  const all = [...document.querySelectorAll("table[data-list]")];
  all.forEach(sortable);
  for (const filterForm of document.querySelectorAll(".list-filter")) {
    const lists = all.filter((list) => list.dataset.list === filterForm.dataset.list);
    filterForm.hidden = lists.length === 0;
    let turn = 0;
    filterForm.addEventListener("submit", (event) => event.preventDefault());
    filterForm.addEventListener("input", () => {
      turn += 1;
      narrow(filterForm, lists, { turn, mine: () => turn });
    });
  }
}
