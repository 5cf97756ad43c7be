// A signature drawn with a finger. The picture goes into the form's hidden field as a PNG; without this file the form takes
// a signature on paper.

import { ASKED } from "./signing.mjs";

const LINE = 5; // of the 1,000 points that the pad is wide

for (const form of document.querySelectorAll("form[data-sign]")) {
  const place = form.querySelector("[data-pad]");
  const pad = place.querySelector("canvas");
  const pen = pad.getContext("2d");
  const { image } = form.elements;
  let drawn = false;

  function clear() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, pad.width, pad.height);
    Object.assign(pen, { strokeStyle: "#000", lineWidth: LINE, lineCap: "round", lineJoin: "round" });
    drawn = false;
    image.value = "";
  }

  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) * pad.width) / box.width, ((event.clientY - box.top) * pad.height) / box.height];
  };

  // What is asked for depends on how the record was taken: fields of the other ways would only be in the way.
  function fit() {
    const kind = form.querySelector("[name=kind]:checked")?.value ?? "";
    place.hidden = kind !== "drawn";
    const { name: signer, post } = form.elements;
    if ((ASKED[kind] ?? []).includes("name") && !signer.value && !post.value) {
      signer.value = form.dataset.metName ?? "";
      post.value = form.dataset.metPost ?? "";
    }
    for (const name of ["name", "post", "reason", "witness"]) {
      const field = form.elements[name];
      field.closest(".field").hidden = !(ASKED[kind] ?? []).includes(name) && !field.value;
    }
  }

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
    drawn = true;
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) pen.lineTo(...at(each));
    pen.stroke();
  });
  const keep = () => { if (drawn) image.value = pad.toDataURL("image/png"); };
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, keep);
  form.querySelector("[data-clear]").addEventListener("click", clear);
  form.addEventListener("change", fit);
  // What came back with an error elsewhere is still signed.
  function put(before) {
    clear();
    if (!before) return;
    image.value = before;
    const picture = new Image();
    picture.addEventListener("load", () => { pen.drawImage(picture, 0, 0, pad.width, pad.height); drawn = true; });
    picture.src = before;
  }
  form.addEventListener("record:refilled", () => { put(image.value); fit(); });
  put(image.value);
  fit();
}
