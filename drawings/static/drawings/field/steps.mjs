// The form of a visit on a phone: one step a screen, in the order of a visit, under a bar that says which are filled in. On a
// desk, and without this file, all of them stand on one page.

import { isFilled, places } from "../sheet.mjs";

const form = document.querySelector("form[data-steps]");
const narrow = matchMedia("(max-width: 43.74em)"); // below 700 px

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// `data-wants` is asked for only where the visit began in one of these ways.
function isWanted(place) {
  const entry = form.querySelector("[name=entry]:checked")?.value;
  return !entry || place.dataset.wants.split(" ").includes(entry);
}

function begin() {
  const steps = [...form.querySelectorAll("[data-step]")].filter((step) => step.children.length);
  const last = steps.length - 1;
  const key = `steps:${form.dataset.draft}`;
  const kept = remembered();
  const seen = new Set(kept.seen);
  let at = Math.min(kept.at, last);

  const bar = element("nav", "", { class: "step-bar", "aria-label": "检查的步骤" });
  const row = element("ol");
  const said = element("p", "", { tabindex: "-1", class: "small muted" });
  const tabs = steps.map((step, number) => {
    const tab = element("button", number + 1, { type: "button" });
    tab.addEventListener("click", () => go(number));
    row.append(element("li"));
    row.lastChild.append(tab);
    return tab;
  });
  bar.append(row, said);
  steps[0].before(bar);

  const freeze = form.querySelector("[formaction]");
  const back = element("button", "上一步", { type: "button", class: "btn btn--quiet" });
  const next = element("button", "下一步", { type: "button", class: "btn btn--primary" });
  back.addEventListener("click", () => go(at - 1));
  next.addEventListener("click", () => go(at + 1));
  form.querySelector(".sheet-progress").after(back);
  form.querySelector(".sheet-bar").append(next);

  // After a save the page comes anew, and goes on where it was.
  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? { at: 0, seen: [] };
    } catch {
      return { at: 0, seen: [] };
    }
  }

  function isDone(step, number) {
    if (!step.querySelector("[data-fill], [data-wants]")) return seen.has(number);
    const wanted = [...step.querySelectorAll("[data-wants]")].filter(isWanted);
    return [...places().filter((place) => step.contains(place)), ...wanted].every(isFilled);
  }

  function mark() {
    tabs.forEach((tab, number) => {
      const [done, wrong] = [isDone(steps[number], number), Boolean(steps[number].querySelector(".field--error"))];
      tab.classList.toggle("is-done", done && !wrong);
      tab.classList.toggle("is-wrong", wrong);
      tab.setAttribute("aria-label", `${number + 1} ${steps[number].dataset.step}${wrong ? "，有要改的" : done ? "，已填好" : ""}`);
      if (number === at) tab.setAttribute("aria-current", "step");
      else tab.removeAttribute("aria-current");
    });
  }

  function show() {
    const one = narrow.matches;
    steps.forEach((step, number) => { step.hidden = one && number !== at; });
    bar.hidden = !one;
    back.hidden = !one || at === 0;
    next.hidden = !one || at === last;
    if (freeze) freeze.hidden = one && at < last;
    said.textContent = `第 ${at + 1} 步，共 ${steps.length} 步：${steps[at].dataset.step}`;
    mark();
  }

  function turn(number) {
    seen.add(at);
    at = number;
    try {
      sessionStorage.setItem(key, JSON.stringify({ at, seen: [...seen] }));
    } catch { /* full, or not allowed: then a new page begins with the first step */ }
    show();
    steps[at].dispatchEvent(new Event("step:shown", { bubbles: true }));
  }

  function go(number) {
    turn(number);
    bar.scrollIntoView({ block: "start" });
    said.focus({ preventScroll: true });
  }

  // The step in which something stands; what stands in none is on every screen.
  function open(target) {
    const number = steps.findIndex((step) => step.contains(target));
    if (number < 0) return false;
    if (number !== at) turn(number);
    return narrow.matches;
  }

  const byHash = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && open(target)) target.scrollIntoView();
  };
  form.addEventListener("step:open", (event) => open(event.target));
  form.addEventListener("input", mark);
  form.addEventListener("sheet:restored", mark);
  addEventListener("hashchange", byHash);
  // Before anybody else hears of it: what the link leads to must be there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]:not([data-next])');
    if (link && link.hash) open(document.getElementById(link.hash.slice(1)));
  }, true);
  narrow.addEventListener("change", show);
  show();
  const wrong = form.querySelector(".field--error");
  if (wrong) open(wrong);
  else byHash();
}

if (form) begin();
