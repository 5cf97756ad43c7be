// What makes the sheet of a visit quicker to fill in: a whole section at once, how far it is, the way to the next blank
// field, readings that break their limit, the clauses of the day, and measures that go with the outcome. The form works
// without this file.

const form = document.querySelector("form[data-draft]");
const MEASURES = { urged: "urge", ordered: "order", case: "case", police: "transfer" };

const announce = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
const plain = (text) => text.normalize("NFKC").trim();

// A value in another unit is told of as that alone, by the server: nobody is told besides that it is over the limit.
const OTHER_WORDS = { "毫克/升": "mg/l", "毫克每升": "mg/l", "毫克/立方米": "mg/m3", "毫克每立方米": "mg/m3", "分贝": "db(a)", db: "db(a)", "度": "°c", "摄氏度": "°c", "无量纲": "" };
const folded = (text) => plain(text).replace(/\s/g, "").toLowerCase().replace(/[μµ]/g, "u");
const unitOf = (text) => OTHER_WORDS[folded(text)] ?? folded(text);
const isUnit = (rest, unit) => !rest.trim() || unitOf(rest) === unitOf(unit) || unitOf(rest.replace(/\/N\s*m3$/i, "/m3")) === unitOf(unit);

// The same judgement as `limits.broken`: "" where the limit is kept, null where its text does not say.
const LOW = "低于限值", HIGH = "超过限值";
function broken(typed, limit, unit) {
  const found = /^([0-9]+(?:\.[0-9]+)?)(?![0-9.,，eE])(.*)$/s.exec(plain(typed));
  if (!found || !isUnit(found[2], unit)) return null;
  const value = Number(found[1]);
  const text = plain(limit);
  if (text === "不得检出" || text === "不得检测出") return value > 0 ? HIGH : "";
  const range = /^([0-9.]+)\s*[-–—~～至]\s*([0-9.]+)$/.exec(text);
  if (range) {
    const [low, high] = [Number(range[1]), Number(range[2])];
    return low > high ? null : value < low ? LOW : value > high ? HIGH : "";
  }
  const bound = /^(≤|<=|<|≥|>=|>|不大于|不高于|不超过|小于|不小于|不低于|大于)?\s*([0-9]+(?:\.[0-9]+)?)$/.exec(text);
  if (!bound) return null;
  const edge = Number(bound[2]);
  if (["<", "小于"].includes(bound[1])) return value >= edge ? HIGH : "";
  if (["≥", ">=", "不小于", "不低于"].includes(bound[1])) return value < edge ? LOW : "";
  if ([">", "大于"].includes(bound[1])) return value <= edge ? LOW : "";
  return value > edge ? HIGH : "";
}

const blankIn = (part) => [...part.querySelectorAll("[data-point]")].filter((point) => !verdictOf(point));
const verdictOf = (point) => point.querySelector("input[type=radio]:checked");

// --- how far it is: the same count as `form_page.Page.progress` ---
const ENTRY = "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea";
export const isFilled = (place) =>
  place.querySelector("input[type=radio]") ? Boolean(verdictOf(place)) : Boolean(place.querySelector(ENTRY)?.value.trim());

function isNeeded(place) {
  if (!place.closest("[data-section], [data-facilities]")) return true;
  const said = (name) => form.querySelector(`[name=${name}]:checked`)?.value ?? "";
  const among = (words, word) => word !== "" && words.split(" ").includes(word);
  return !among(form.dataset.notEntered, said("outcome")) && !among(form.dataset.outside, said("entry"));
}

export const places = () => [...form.querySelectorAll("[data-fill]")].filter(isNeeded);

function count() {
  for (const part of form.querySelectorAll("[data-section], [data-facilities]")) {
    const all = [...part.querySelectorAll("[data-fill]")];
    const filled = all.filter(isFilled).length;
    const needless = !filled && all.length > 0 && !isNeeded(all[0]);
    const failed = part.querySelectorAll("input:is([value=fail], [value=off]):checked").length;
    part.querySelector("[data-count]").textContent = needless ? "不用填" : `${filled}/${all.length} 已填`;
    const mark = part.querySelector("[data-failed]");
    mark.textContent = part.matches("[data-section]") ? `${failed} 项不符合` : `${failed} 套停运`;
    mark.hidden = failed === 0;
    for (const button of part.querySelectorAll("[data-all]")) button.hidden = filled === all.length;
    part.classList.toggle("is-done", filled === all.length);
  }
  const needed = places();
  const blank = needed.filter((place) => !isFilled(place));
  form.querySelector("[data-progress] [data-done]").textContent = needed.length - blank.length;
  form.querySelector("[data-progress] [data-total]").textContent = needed.length;
  form.querySelector("[data-next]").hidden = blank.length === 0;
  // What the button needs: the outcome and the public text may follow once the on-site record is frozen.
  form.dataset.gaps = blank.filter((place) => !form.matches("[data-steps]") || !place.matches("#at-outcome, #at-summary")).length;
}

// --- the way to the next blank field: from where the person is, and from the last one to the first again ---
let here = null;

function unfold(target) {
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

function next(event) {
  event.preventDefault();
  const all = places();
  const blank = all.filter((place) => !isFilled(place));
  const after = blank.find((place) => here && here.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
  const target = after ?? blank[0];
  if (!target) return;
  here = target;
  target.dispatchEvent(new Event("step:open", { bubbles: true }));
  unfold(target);
  target.scrollIntoView({ block: "center" });
  target.querySelector("input, textarea").focus({ preventScroll: true });
}

function flag() {
  for (const mark of form.querySelectorAll("[data-over]")) {
    const field = form.elements[mark.dataset.over];
    mark.textContent = broken(field.value, field.dataset.limit, field.dataset.unit);
    mark.hidden = !mark.textContent;
  }
}

// The time of the visit: as typed, or as the frozen record has it.
const visited = () => form.elements.visited_at?.value ?? form.dataset.visited;

function clauses() {
  const typed = visited().slice(0, 10);
  const day = typed || new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  for (const clause of form.querySelectorAll(".clause")) {
    const { from, until } = clause.dataset;
    clause.hidden = day < from || (until !== "" && day > until);
  }
}

function dueDay() {
  const due = form.elements.due_order;
  const visit = visited();
  if (!form.elements.measure_order.checked || due.value || !visit) return;
  const day = new Date(`${visit.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Number(due.dataset.days));
  due.value = day.toISOString().slice(0, 10);
}

function wholeSection(event) {
  const button = event.target.closest("[data-all]");
  if (!button) return;
  event.preventDefault();
  const part = button.closest("[data-section]");
  const blank = blankIn(part);
  for (const point of blank) point.querySelector(`input[value=${button.dataset.all}]`).checked = true;
  if (blank.length) announce(blank[0].querySelector("input"));
  goOn(part);
}

// The next section with blanks comes up in the place of the one that is done: one hand, and no way to look for.
function goOn(part) {
  const all = [...form.querySelectorAll("[data-section]")];
  const next = all.slice(all.indexOf(part) + 1).find((each) => blankIn(each).length);
  if (!next) return;
  part.open = Boolean(part.querySelector("input[value=fail]:checked"));
  next.open = true;
  next.scrollIntoView({ block: "nearest" });
}

if (form) {
  form.addEventListener("click", wholeSection);
  form.addEventListener("focusin", (event) => { here = event.target.closest("[data-fill]") ?? here; });
  form.addEventListener("step:shown", (event) => { here = event.target; });
  form.querySelector("[data-next]").addEventListener("click", next);
  // A link or a button of this page may lead to a part that is folded.
  const openTarget = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && form.contains(target)) unfold(target);
  };
  window.addEventListener("hashchange", openTarget);
  form.addEventListener("input", (event) => {
    const measure = event.target.name === "outcome" && MEASURES[event.target.value];
    if (measure) form.elements[`measure_${measure}`].checked = true;
    dueDay();
    count();
    flag();
    clauses();
  }, true);
  form.addEventListener("sheet:restored", () => { count(); flag(); clauses(); });
  openTarget();
  count();
  flag();
}
