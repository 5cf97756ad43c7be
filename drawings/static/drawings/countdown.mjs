// Counts down the seconds of [data-left]. The page works without it: it says how long it was when it was loaded.

function words(seconds) {
  const parts = [[86400, "天"], [3600, "小时"], [60, "分"], [1, "秒"]];
  let rest = seconds;
  const said = [];
  for (const [size, name] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || size === 1) said.push(`${count} ${name}`);
  }
  return said.slice(0, 2).join(" ");
}

// A wrong clock of this computer must not shift the count: only the time since the page was loaded is taken from it.
const served = performance.now();
for (const place of document.querySelectorAll("[data-left]")) {
  const left = Number(place.dataset.left);
  const timer = setInterval(tick, 1000);
  function tick() {
    const seconds = Math.ceil(left - (performance.now() - served) / 1000);
    if (seconds > 0) {
      place.textContent = words(seconds);
    } else {
      place.textContent = "时间到，请刷新本页";
      clearInterval(timer);
    }
  }
  tick();
}
