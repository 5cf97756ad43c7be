// What makes the sheet of a visit quicker to fill in: a whole section at once, how far it is, readings that break their
// limit, the clauses of the day, and measures that go with the outcome. The form works without this file.

const form = document.querySelector("form[data-draft]");
const MEASURES = { urged: "urge", ordered: "order", case: "case", police: "transfer" };

const announce = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
const plain = (text) => text.normalize("NFKC").trim();

// The same judgement as `limits.is_over`; null where the limit's text does not say.
function isOver(typed, limit) {
  const found = /^([0-9]+(?:\.[0-9]+)?)(?![0-9.,，eE])/.exec(plain(typed));
  if (!found) return null;
  const value = Number(found[1]);
  const text = plain(limit);
  if (text === "不得检出" || text === "不得检测出") return value > 0;
  const range = /^([0-9.]+)\s*[-–—~～至]\s*([0-9.]+)$/.exec(text);
  if (range) return Number(range[1]) <= Number(range[2]) ? value < Number(range[1]) || value > Number(range[2]) : null;
  const bound = /^(≤|<=|<|≥|>=|>|不大于|不高于|不超过|小于|不小于|不低于|大于)?\s*([0-9]+(?:\.[0-9]+)?)$/.exec(text);
  if (!bound) return null;
  const edge = Number(bound[2]);
  if (["<", "小于"].includes(bound[1])) return value >= edge;
  if (["≥", ">=", "不小于", "不低于"].includes(bound[1])) return value < edge;
  if ([">", "大于"].includes(bound[1])) return value <= edge;
  return value > edge;
}

const verdictOf = (point) => point.querySelector("input[type=radio]:checked");

function count() {
  let done = 0;
  for (const section of form.querySelectorAll("[data-section]")) {
    const points = [...section.querySelectorAll("[data-point]")];
    const filled = points.filter(verdictOf).length;
    section.querySelector("[data-done]").textContent = filled;
    const all = section.querySelector("[data-all]");
    if (all) all.hidden = filled === points.length;
    section.classList.toggle("is-done", filled === points.length);
    done += filled;
  }
  form.querySelector("[data-progress] [data-done]").textContent = done;
}

function flag() {
  for (const mark of form.querySelectorAll("[data-over]")) {
    const field = form.elements[mark.dataset.over];
    mark.hidden = isOver(field.value, field.dataset.limit) !== true;
  }
}

function clauses() {
  const typed = form.elements.visited_at.value.slice(0, 10);
  const day = typed || new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  for (const clause of form.querySelectorAll(".clause")) {
    const { from, until } = clause.dataset;
    clause.hidden = day < from || (until !== "" && day > until);
  }
}

function dueDay() {
  const due = form.elements.due_order;
  const visit = form.elements.visited_at.value;
  if (!form.elements.measure_order.checked || due.value || !visit) return;
  const day = new Date(`${visit.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Number(due.dataset.days));
  due.value = day.toISOString().slice(0, 10);
}

function wholeSection(event) {
  const button = event.target.closest("[data-all]");
  if (!button) return;
  event.preventDefault();
  const open = [...button.closest("[data-section]").querySelectorAll("[data-point]")].filter((point) => !verdictOf(point));
  for (const point of open) point.querySelector("input[value=pass]").checked = true;
  if (open.length) announce(open[0].querySelector("input"));
}

if (form) {
  form.addEventListener("click", wholeSection);
  form.addEventListener("input", (event) => {
    const measure = event.target.name === "outcome" && MEASURES[event.target.value];
    if (measure) form.elements[`measure_${measure}`].checked = true;
    dueDay();
    count();
    flag();
    clauses();
  }, true);
  form.addEventListener("sheet:restored", () => { count(); flag(); clauses(); });
  count();
  flag();
}
