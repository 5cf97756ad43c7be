// Makes of each photo that lies in the store what is sent: the digest of the original, and a copy with a long side of 2,000 px.
// One photo at a time: sixty of them, decoded together, are more than a phone has. What this browser cannot read
// (HEIC in Chromium) is sent as it is.

import { all, amend, get, of, photoDone, putPhoto, tell } from "./store.mjs";

const LONG_SIDE = 2000, SMALL_SIDE = 160; // px
const SMALL_FILE = 600_000; // bytes: a picture no larger than that, in bytes and px, needs no copy
const QUALITY = 0.85;

async function digestOf(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The picture upright as its camera held it, no larger than `side`.
function draw(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // what is transparent would turn black
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const asFile = (canvas) => new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });

// Return the state in which the photo is then.
async function make(photo) {
  const files = await get("files", photo.key);
  const digest = await digestOf(files.original);
  if ((await of("photos", photo.inspection)).some((one) => one.key !== photo.key && one.digest === digest)) {
    await photoDone(photo.key);
    return "twice";
  }
  let bitmap = null;
  let copy = null;
  let thumb = "";
  try {
    bitmap = await createImageBitmap(files.original, { imageOrientation: "from-image" });
    thumb = draw(bitmap, SMALL_SIDE).toDataURL("image/jpeg", 0.7);
    const isSmall = files.original.type === "image/jpeg" && photo.size <= SMALL_FILE && Math.max(bitmap.width, bitmap.height) <= LONG_SIDE;
    if (!isSmall) copy = await asFile(draw(bitmap, LONG_SIDE));
  } catch { /* this browser cannot read it */ } finally {
    bitmap?.close();
  }
  const now = await get("photos", photo.key);
  if (now && copy) await putPhoto({ ...now, digest, thumb, whole: false, state: "local" }, { original: files.original, copy });
  else await amend("photos", photo.key, { digest, thumb, whole: true, state: "local" });
  return "local";
}

// Neither kept whole nor made small: it stops nothing else, and the page says so.
async function unreadable(photo) {
  await amend("photos", photo.key, { state: "wrong", told: { error: "手机读不出这张照片，请删去，重新拍。" } });
  return "wrong";
}

// `before(photo)` is waited for: the place where the phone is may still be on its way.
export const finish = (before = () => undefined) =>
  navigator.locks.request("field-shrink", async () => {
    const waiting = (await all("photos")).filter((one) => one.state === "making").sort((a, b) => a.at - b.at);
    for (const photo of waiting) {
      const state = await make(photo).catch(() => unreadable(photo));
      await before(photo);
      tell({ type: "photo", inspection: photo.inspection, key: photo.key, state });
      tell({ type: "queued" });
    }
  });
