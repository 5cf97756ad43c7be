// The form of a supplement: of the fields for the right value only the one is shown that fits what is put right, and of the
// choices only its own. Without this file all fields stand there, each with what it is for.

for (const form of document.querySelectorAll("form[data-supplement]")) {
  const { target, choice } = form.elements;
  const ways = ["choice", "moment", "number", "words"].map((name) => form.elements[name]);
  const groups = [...choice.querySelectorAll("optgroup")];

  function fit() {
    const { way = "", choices = "" } = target.selectedOptions[0]?.dataset ?? {};
    for (const field of ways) {
      const fits = field.name === way;
      // What is wrong there, or was typed before the choice changed, is shown until it is emptied.
      const wrong = field.closest(".field--error") && field.value;
      field.closest(".field").hidden = !fits && !wrong;
      field.disabled = !fits && !wrong;
    }
    for (const group of groups) group.hidden = group.disabled = !group.querySelector(`option[value^="${choices}:"]`);
    if (!choice.value.startsWith(`${choices}:`)) choice.value = "";
  }

  target.addEventListener("change", fit);
  form.addEventListener("record:refilled", fit);
  fit();
}
