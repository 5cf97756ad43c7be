// Large print, kept on the device: the page that is sent is the same for everybody, so that it may be kept for everybody.
const KEY = "large-print";

function kept() {
  try { return localStorage.getItem(KEY) === "yes"; } catch { return false; } // a browser that keeps nothing
}

function keep(isLarge) {
  try { if (isLarge) localStorage.setItem(KEY, "yes"); else localStorage.removeItem(KEY); } catch { /* this page alone */ }
}

const buttons = document.querySelectorAll("button[data-large-print]");

function show(isLarge) {
  document.documentElement.classList.toggle("large-print", isLarge);
  for (const button of buttons) button.setAttribute("aria-pressed", String(isLarge));
}

show(kept());
for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isLarge = button.getAttribute("aria-pressed") !== "true";
    keep(isLarge);
    show(isLarge);
  });
}
