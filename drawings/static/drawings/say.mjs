// The work that keeps programs out of the public form: find a number such that SHA-256 of "<stamp>:<number>" begins with so
// many zeros (drawings/inspections/aftercare/stamp.py). It begins as soon as the page is there, and is over before somebody
// has written a sentence. Where the browser offers no SHA-256 (plain http), the page says how long to wait instead.

const SLOW = "请在页面打开满 30 秒以后提交：您的浏览器不能替页面做一小段计算。";
const AT_ONCE = 256; // digests asked for at a time: more would hold up typing

const isProof = (digest, bits) => new DataView(digest).getUint32(0) >>> (32 - bits) === 0;

async function work(stamp, bits) {
  const encoder = new TextEncoder();
  for (let from = 0; ; from += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, place) => from + place);
    const digests = await Promise.all(
      numbers.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(`${stamp}:${number}`))),
    );
    const found = digests.findIndex((digest) => isProof(digest, bits));
    if (found >= 0) return numbers[found];
  }
}

async function prepare(form) {
  const { stamp, proof } = form.elements;
  const state = form.querySelector("[data-say-state]");
  const say = (text) => {
    state.textContent = text;
    state.hidden = !text;
  };
  if (proof.value) return;
  if (!globalThis.crypto?.subtle) {
    say(SLOW);
    return;
  }
  let ready = false;
  let sender = null;
  form.addEventListener("submit", (event) => {
    if (ready) return;
    event.preventDefault();
    sender = event.submitter;
    say("正在做一小段计算，马上提交……");
  });
  try {
    proof.value = await work(stamp.value, Number(form.dataset.bits));
  } catch {
    say(SLOW);
  }
  ready = true;
  if (sender) form.requestSubmit(sender);
}

for (const form of document.querySelectorAll("form[data-say]")) prepare(form);
