// Which pictures the server keeps as an original, and a JPEG of those that it does not: a GIF, BMP or AVIF becomes the JPEG
// that is made of it here, and that is the original from then on.

// As `evidence/pictures.py` has them.
const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];
const LARGEST = 15 * 1024 * 1024; // bytes
// Pixels that the canvas of every phone holds: beyond 16.7 million that of an iPhone stays blank.
const PIXELS = 16_000_000;
const QUALITY = 0.92;
const ATTEMPTS = 6;

// What a file is by its first bytes, as the server sees it (a name says nothing): "" where it is kept as it is.
export async function foreign(file) {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  if (head.startsWith("\xff\xd8\xff") || head.startsWith("\x89PNG\r\n\x1a\n")) return "";
  if (head.startsWith("RIFF") && head.slice(8) === "WEBP") return "";
  const brand = head.slice(4, 8) === "ftyp" ? head.slice(8) : "";
  if (HEIC_BRANDS.includes(brand)) return "";
  if (["avif", "avis"].includes(brand)) return "AVIF";
  return head.startsWith("GIF8") ? "GIF" : head.startsWith("BM") ? "BMP" : "这种图片";
}

export const open = (file) => createImageBitmap(file, { imageOrientation: "from-image" });

// Say whether the picture can go to the server in any way: as it is, or made anew.
export async function isUsable(file) {
  if (!(await foreign(file))) return true;
  return open(file).then((bitmap) => { bitmap.close(); return true; }, () => false);
}

// The picture upright, no larger than `side`.
export function draw(bitmap, side) {
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

// Null where the browser cannot make it.
export const asJpeg = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });

// The whole picture as a JPEG that the server takes: as large as it is, or as large as may be.
export async function remade(bitmap) {
  const { width, height } = bitmap;
  let side = Math.max(width, height) * Math.min(1, Math.sqrt(PIXELS / (width * height)));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1, side *= 0.8) {
    const jpeg = await asJpeg(draw(bitmap, side), QUALITY);
    if (jpeg && jpeg.size <= LARGEST) return jpeg;
  }
  throw new Error("no JPEG that is small enough");
}
