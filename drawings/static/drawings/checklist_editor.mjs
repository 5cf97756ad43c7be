// Keeps the summary of the folded articles at a point up to date while boxes are ticked. The page works without this file.

document.addEventListener("change", ({ target }) => {
  const fold = target.closest?.("[data-folded-boxes]");
  if (!fold) return;
  const chosen = [...fold.querySelectorAll("input:checked")].map((box) => box.closest("label").textContent.trim());
  fold.querySelector("[data-count]").textContent = chosen.length ? `已选 ${chosen.length} 条` : "还没有选";
  const list = fold.parentElement.querySelector("[data-chosen]");
  list.replaceChildren(
    ...chosen.map((label) => Object.assign(document.createElement("li"), { textContent: label })),
  );
});
