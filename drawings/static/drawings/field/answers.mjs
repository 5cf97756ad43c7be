// What the server said of a step that was sent from the outbox, on the page of its form: what is wrong, at its fields; or two
// versions of one record, to choose from field by field. Loaded only where there is something of it.

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function place(form, box) {
  document.querySelector("[data-answer]")?.remove();
  box.setAttribute("data-answer", "");
  form.before(box);
  box.focus();
}

// Say one thing more of what is shown.
export function add(text) {
  document.querySelector("[data-answer]").append(element("p", text));
}

function unfold(field) {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

export function forget(form) {
  document.querySelector("[data-answer]")?.remove();
  for (const old of form.querySelectorAll("[data-said]")) old.remove();
}

// `told` is {error} or {errors: {field: [text]}}, and perhaps {title}; a field that has no place on this page is told in the list alone.
export function showErrors(form, told) {
  forget(form);
  const lines = Object.entries(told.errors ?? { __all__: [told.error] });
  const list = element("ul");
  for (const [name, texts] of lines) {
    const found = form.elements[name] ?? form.elements[name.replace(/_not_personal$/, "")];
    const field = found instanceof RadioNodeList ? found[0] : found;
    for (const text of texts) {
      const line = element("li");
      if (field && field.type !== "hidden") {
        const link = element("a", text, { href: `#${field.id}` });
        link.addEventListener("click", (event) => { event.preventDefault(); unfold(field); });
        line.append(link);
      } else line.textContent = text;
      list.append(line);
    }
    const around = field?.closest(".field");
    if (around) {
      around.classList.add("field--error");
      const said = element("div", "", { class: "error", "data-said": "" });
      said.append(...texts.map((text) => element("p", text)));
      (around.querySelector(".segmented, .choices, input, textarea") ?? around.lastElementChild).before(said);
      field.addEventListener("input", () => { said.remove(); around.classList.remove("field--error"); }, { once: true });
    }
  }
  const box = element("div", "", { class: "error-summary", tabindex: "-1", role: "alert" });
  box.append(element("h2", `${told.title ?? "系统没有收下，您填的都在下面"}：有 ${list.children.length} 处需要改正`, { class: "error-summary-title" }), list);
  place(form, box);
}

// Show both versions; `take(values, version)` gets what was chosen.
export function showConflict(form, told, take) {
  forget(form);
  const box = element("div", "", { class: "error-summary versions", tabindex: "-1", role: "alert" });
  box.append(element("p", `没有保存：${told.error}`, { class: "note-title" }));
  if (!told.writable) {
    box.append(element("p", "您填的内容还在下面和这台手机上，可以复制留存。"));
    if (told.differences.length) box.append(table(told.differences, false));
    return place(form, box);
  }
  if (!told.differences.length) {
    box.append(element("p", "内容和系统里的一样。要再办这一步，请看过系统里现在的内容。"));
  } else box.append(element("p", "每一处选一个，再用选好的内容保存。您空着而对方填了的，已经补上。"), table(told.differences, true));
  const button = element("button", told.differences.length ? "用选好的内容保存" : "按系统里现在的内容继续", { type: "button", class: "btn btn--primary" });
  button.addEventListener("click", () => {
    const values = { ...told.values };
    for (const each of told.differences) {
      if (box.querySelector(`input[name="choose-${each.name}"]:checked`)?.value !== "theirs") continue;
      if (each.value) values[each.name] = each.value;
      else delete values[each.name];
    }
    box.remove();
    take(values, told.version, told.differences.length > 0);
  });
  box.append(button);
  place(form, box);
}

function table(differences, choose) {
  const made = element("div");
  for (const each of differences) {
    const set = element("fieldset", "", { class: "field" });
    set.append(element("legend", each.label));
    const choices = element("div", "", { class: "choices" });
    for (const [value, head, text] of [["mine", "您填的", each.mine], ["theirs", "系统里现在的", each.theirs]]) {
      const label = element("label");
      if (choose && each.name) {
        const radio = element("input", "", { type: "radio", name: `choose-${each.name}`, value });
        radio.checked = each.mine ? value === "mine" : value === "theirs";
        label.append(radio);
      }
      label.append(element("span", `${head}：${text || "（空）"}`));
      choices.append(label);
    }
    set.append(choices);
    made.append(set);
  }
  return made;
}
