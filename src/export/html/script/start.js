// What the page does when it is opened.

// Unfolds everything for paper, and folds it again.
function printing() {
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open]):not(.keys)")];
    folded.forEach((card) => (card.open = true));
  });
  addEventListener("afterprint", () => folded.forEach((card) => (card.open = false)));
}

function summary() {
  const button = byId("copy-summary");
  button.hidden = false;
  button.addEventListener("click", () => {
    const node = byId("summary");
    const text = node.innerText.replace(/\n{2,}/g, "\n");
    const stages = [...document.querySelectorAll(".stages li")].map(
      (stage) => stage.querySelector(".stage").textContent + ": " + stage.querySelector(".state").textContent,
    );
    copy(text + "\nStages: " + stages.join(", "), node, byId("copied"));
  });
}

async function start(data) {
  spans = new Map(data.attempts.map((span) => [span.id, span]));
  attemptField.append(
    ...data.attempts.map((span) => {
      const option = make("option", span.id + " " + span.kind + ", " + span.outcome);
      option.value = span.id;
      return option;
    }),
  );
  // Where all events are told there is nothing to choose.
  scopeField.parentElement.hidden = store.told === store.size;
  plain.hidden = true;
  grid.hidden = false;
  wireTable();
  wireFilter();
  wireDetail();
  wireLists();
  startTimeline(data);
  remember();
  await refilter();
  document.documentElement.dataset.ready = "yes";
  await follow();
}

printing();
summary();
load().then(start).catch((error) => {
  const status = byId("events-status");
  status.textContent = "The event table cannot be shown: " + error.message + ". The events that this page links to are listed below.";
  status.hidden = false;
  plain.classList.add("needed");
});
