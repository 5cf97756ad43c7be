// What Django's own scripts leave out, and what a phone needs. Every page works without this file.

// On a phone the open filters would push the list out of sight (what is chosen stands above them anyway).
if (matchMedia("(max-width: 47.99em)").matches)
  for (const fold of document.querySelectorAll(".filter-fold[open]")) fold.removeAttribute("open");

// On a phone the head of the table is out of sight, and with it the box that ticks a whole page.
const all = document.querySelector("#action-toggle"), tickAll = document.querySelector("[data-tick-all]");
if (all && tickAll) {
  tickAll.hidden = false;
  const name = () => { tickAll.textContent = all.checked ? tickAll.dataset.tickNone : tickAll.dataset.tickAll; };
  tickAll.addEventListener("click", () => all.click());
  for (const each of [all, document.querySelector("#result_list")]) each.addEventListener("change", name);
  all.addEventListener("click", name);
}

// Beside the button that confirms an import: how many changes are not ticked yet.
for (const left of document.querySelectorAll("[data-ticks-left]")) {
  const form = left.closest("form"), asked = Number(left.dataset.ticksLeft);
  const count = () => {
    const ticked = form.elements.everything?.checked ? asked : document.querySelectorAll(`input[name=tick][form="${form.id}"]:checked`).length;
    left.textContent = ticked < asked ? `还有 ${asked - ticked} 处没有勾选` : `${asked} 处都已勾选`;
  };
  for (const box of form.elements) if (["tick", "everything"].includes(box.name)) box.addEventListener("change", count);
  addEventListener("pageshow", count); // "back" may restore ticks
  count();
}

// An action that answers with a file leaves the page as it is: it may be asked for again at once (see site.mjs).
document.querySelector("#changelist-form select[name=action]")?.addEventListener("change", ({ target }) => {
  target.form.dataset.once = target.value.startsWith("export") ? "off" : "";
});

// Django's search boxes (select2) have no name of their own for a screen reader: they get that of their field.

function nameOf(select) {
  const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  return label ? label.firstChild.textContent.trim() : "";
}

function nameBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!box || !nameOf(select)) continue;
    box.removeAttribute("aria-labelledby");
    // A field of text inside the box, without a name: there is none, only what was chosen.
    const chosen = box.querySelector(".select2-selection__rendered");
    for (const name of ["role", "aria-readonly"]) chosen?.removeAttribute(name);
    box.setAttribute("aria-label", `${nameOf(select)}：${select.selectedOptions[0]?.textContent.trim() || "没有选择"}`);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
    }
  }
}

const $ = window.django?.jQuery;
if ($ && document.querySelector("select.admin-autocomplete")) {
  $(nameBoxes);
  $(document).on("change", "select.admin-autocomplete", nameBoxes);
  document.addEventListener("formset:added", () => setTimeout(nameBoxes));
  $(document).on("select2:open", (event) => {
    const search = document.querySelector(".select2-container--open .select2-search__field");
    search?.setAttribute("aria-label", `在${nameOf(event.target)}里搜索`);
  });
}

// Of a long list of boxes, those that hold the words that were typed; a box out of sight stays ticked. Rows that are added later
// bring a copy of the field, but not its listeners: so the page listens.
for (const list of document.querySelectorAll(".field-bases .choices")) {
  const search = Object.assign(document.createElement("input"), { type: "search", placeholder: "搜索，如 第五十一条" });
  search.setAttribute("aria-label", "搜索法律依据");
  search.toggleAttribute("data-search-boxes", true);
  list.before(search);
}
document.addEventListener("input", ({ target: search }) => {
  if (!search.matches("[data-search-boxes]")) return;
  const list = search.nextElementSibling;
  for (const box of list.querySelectorAll("input[type=checkbox]")) {
    const label = box.closest("label");
    label.parentElement.hidden = !label.textContent.includes(search.value.trim());
  }
  list.querySelector("details")?.toggleAttribute("open", true);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-search-boxes]")) event.preventDefault();
});
