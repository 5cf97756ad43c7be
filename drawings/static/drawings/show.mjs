// The show for the projector. It only reveals, one by one, what the server already computed and wrote into the page;
// the names that roll past come in a fixed order and decide nothing.

const UNITS_MS = 40000; // all units together take at most this long,
const TEAMS_MS = 14000; // and then all teams
const SLOWEST_UNIT = 2600;
const SLOWEST_TEAM = 900;
const FRAME = 70; // one rolling name

// Shares of the time that grow shorter: the last of many goes by four times as fast as the first.
function schedule(count, total, slowest) {
  const weights = Array.from({ length: count }, (_, i) => 0.25 ** (count > 1 ? i / (count - 1) : 0));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.min(slowest * weight, (total * weight) / sum));
}

const show = document.querySelector("[data-show]");
const part = (name) => show.querySelector(`[data-show-${name}]`);
const units = [...show.querySelectorAll("[data-unit]")];
const names = JSON.parse(document.getElementById("show-names").textContent);
const start = part("start"), skip = part("skip"), now = part("now");
let state = "ready"; // ready, running, done
let wake = null;

function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => { clearTimeout(timer); resolve(); };
  });
}

async function unroll(unit, ms) {
  const pool = names[unit.dataset.stratum] ?? [];
  const name = unit.querySelector("b").textContent;
  part("label").textContent = unit.querySelector("small").textContent;
  now.classList.remove("is-settled");
  const until = performance.now() + ms * 0.7;
  for (let i = 0; state === "running" && pool.length && performance.now() < until; i += 1) {
    part("name").textContent = pool[(i * 7 + units.indexOf(unit) * 11) % pool.length];
    await pause(FRAME);
  }
  if (state !== "running") return;
  part("name").textContent = name;
  now.classList.add("is-settled");
  unit.classList.remove("is-waiting");
  unit.scrollIntoView({ block: "nearest" });
  await pause(ms * 0.3);
}

function finish() {
  state = "done";
  wake?.();
  for (const unit of units) unit.classList.remove("is-waiting", "is-alone");
  now.hidden = skip.hidden = true;
  start.hidden = false;
  start.textContent = "重放一遍";
  part("status").textContent = `展示完毕，共 ${units.length} 家。`;
}

async function run() {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return finish();
  state = "running";
  for (const unit of units) unit.classList.add("is-waiting", "is-alone");
  start.hidden = true;
  now.hidden = skip.hidden = false;
  part("status").textContent = "正在展示。";
  const unitTimes = schedule(units.length, UNITS_MS, SLOWEST_UNIT);
  for (const [i, unit] of units.entries()) {
    if (state === "running") await unroll(unit, unitTimes[i]);
  }
  const teamTimes = schedule(units.length, TEAMS_MS, SLOWEST_TEAM);
  for (const [i, unit] of units.entries()) {
    if (state !== "running") break;
    part("label").textContent = unit.querySelector("b").textContent;
    part("name").textContent = unit.querySelector("[data-team]").textContent;
    unit.classList.remove("is-alone");
    unit.scrollIntoView({ block: "nearest" });
    await pause(teamTimes[i]);
  }
  if (state === "running") finish();
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else show.requestFullscreen?.();
}

part("buttons").hidden = false;
part("full").hidden = !show.requestFullscreen;
if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  finish();
  start.hidden = true;
} else {
  for (const unit of units) unit.classList.add("is-waiting", "is-alone");
}
start.addEventListener("click", run);
skip.addEventListener("click", finish);
part("full").addEventListener("click", fullScreen);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "s" && state !== "done") finish();
  else if (key === "f" && show.requestFullscreen) fullScreen();
});
