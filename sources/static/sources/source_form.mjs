// Exchanges the two coordinates of a unit that stand in each other's place. Without this file the message says what to type.

const offer = document.querySelector("#swap-place");
const fields = ["#id_longitude", "#id_latitude"].map((each) => document.querySelector(each));
if (offer && fields.every(Boolean)) {
  document.querySelector("#id_longitude_error")?.append(offer);
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", () => {
    const [longitude, latitude] = fields;
    [longitude.value, latitude.value] = [latitude.value, longitude.value];
    const said = document.createElement("div");
    said.className = "help";
    said.setAttribute("role", "status");
    longitude.closest(".field").insertBefore(said, longitude);
    for (const field of fields) {
      document.querySelector(`#${field.id}_error`)?.remove();
      field.closest(".field").classList.remove("field--error");
      field.removeAttribute("aria-invalid");
      field.setAttribute("aria-describedby", (field.getAttribute("aria-describedby") ?? "").replace(`${field.id}_error`, "").trim());
    }
    said.textContent = `已对调：经度 ${longitude.value}，纬度 ${latitude.value}。请保存。`;
    longitude.focus();
  });
}
