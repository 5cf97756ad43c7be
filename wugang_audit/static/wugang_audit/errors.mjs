// The summary of a form's errors takes the focus, and its links lead to the fields. Without this file the browser's own
// autofocus and anchors do nearly the same; only a field inside a closed fold needs help there.

const summary = document.querySelector("[data-error-summary]");
summary?.focus();

for (const link of document.querySelectorAll('[data-error-summary] a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    (field.closest(".field, .form-row, tr") ?? field).scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}
