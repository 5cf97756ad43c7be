// Makes of each photo that lies in the store what is sent: the digest of the original, and a copy with a long side of 2,000 px.
// One photo at a time: sixty of them, decoded together, are more than a phone has. What this browser cannot read but the
// server can (HEIC in Chromium) is sent as it is; what the server does not keep is made a JPEG first.

import { changePhoto, photoDone } from "./kept_photos.mjs";
import { all, amend, get, of, tell } from "./store.mjs";
import { asJpeg, draw, foreign, open, remade } from "./formats.mjs";

const LONG_SIDE = 2000, SMALL_SIDE = 160; // px
const SMALL_FILE = 600_000; // bytes: a picture no larger than that, in bytes and px, needs no copy
const QUALITY = 0.85;

async function digestOf(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What is made of a picture: {original, copy, thumb, from}; copy: null where the original itself is sent; from: what it was
// before it became a JPEG.
async function made(file) {
  const from = await foreign(file);
  let bitmap = null;
  try {
    bitmap = await open(file);
    const thumb = draw(bitmap, SMALL_SIDE).toDataURL("image/jpeg", 0.7);
    const original = from ? await remade(bitmap) : file;
    const isSmall = original.type === "image/jpeg" && original.size <= SMALL_FILE && Math.max(bitmap.width, bitmap.height) <= LONG_SIDE;
    const copy = isSmall ? null : await asJpeg(draw(bitmap, LONG_SIDE), QUALITY);
    return { original, copy, thumb, from };
  } catch (error) {
    if (from) throw error;
    return { original: file, copy: null, thumb: "", from: "" }; // this browser cannot read it
  } finally {
    bitmap?.close();
  }
}

// Return the state in which the photo is then.
async function make(photo) {
  const files = await get("files", photo.key);
  if (!files) return "gone"; // deleted meanwhile
  const { original, copy, thumb, from } = await made(files.original);
  const digest = await digestOf(original);
  if ((await of("photos", photo.inspection)).some((one) => one.key !== photo.key && one.digest === digest)) {
    await photoDone(photo.key);
    return "twice";
  }
  const name = from ? `${photo.name.replace(/\.\w+$/, "")}.jpg` : photo.name;
  await changePhoto(photo.key, { digest, thumb, name, size: original.size, from, whole: !copy, state: "local" }, { original, copy });
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
