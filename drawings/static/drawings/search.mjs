// Suggestions while somebody types: a combobox with a list (ARIA APG). Without this file the form is an ordinary one.

const WAIT = 200; // ms after the last key

for (const input of document.querySelectorAll("input[data-suggest]")) suggestFor(input);

function suggestFor(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "可能要找的单位");
  const said = document.createElement("span"); // how many there are, for who does not see them
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  const frame = document.createElement("div");
  frame.className = "suggest";
  const had = document.activeElement === input;
  input.replaceWith(frame);
  frame.append(input, list, said);
  input.type = "text"; // a combobox may not be a search box [ARIA in HTML]; the keyboard of a phone stays that of one
  input.inputMode = "search";
  if (had) input.focus();
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);

  let timer = 0, asking = null, shownFor = "", composing = false;

  const options = () => [...list.children];
  const current = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    select(-1);
  }

  function select(place) {
    options().forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place].scrollIntoView({ block: "nearest" });
  }

  function show(units) {
    list.replaceChildren(...units.map((unit, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = unit.url;
      const small = document.createElement("small");
      small.textContent = [...unit.called.map((name) => `曾用名：${name}`), unit.number, unit.township].filter(Boolean).join("　");
      option.append(unit.name, small);
      return option;
    }));
    list.hidden = !units.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
    said.textContent = units.length ? `${units.length} 家可能要找的单位，按上下键选择` : "";
  }

  async function ask() {
    const asked = input.value.trim();
    shownFor = asked;
    asking?.abort();
    if ([...asked].length < 2) return show([]);
    asking = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: asked })}`, { signal: asking.signal });
      const { units } = answer.ok ? await answer.json() : { units: [] };
      if (input.value.trim() === asked && document.activeElement === input) show(units);
    } catch {
      // Too slow, or no network: the button still works.
    }
  }

  function soon() {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(ask, WAIT);
  }

  input.addEventListener("input", soon);
  // Letters of a word that is still being put together in Chinese are no question.
  input.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
  input.addEventListener("compositionend", () => { composing = false; soon(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.children.length;
    if (event.key === "Escape") {
      if (list.hidden) return;
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        if (count && shownFor === input.value.trim()) {
          list.hidden = false;
          input.setAttribute("aria-expanded", "true");
        } else return void ask();
      }
      const at = current();
      if (event.key === "ArrowDown") select(at + 1 < count ? at + 1 : -1);
      else select(at < 0 ? count - 1 : at - 1);
    } else if (event.key === "Enter" && !list.hidden && current() >= 0) {
      event.preventDefault();
      location.assign(list.children[current()].dataset.url);
    }
  });
  // Before the box loses the focus, which closes the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}
