// The file by which a phone hands over what it could not send. Whoever finds it reads counts and a date; what is inside opens
// with a key that the server alone can unwrap, for the account that wrote it. Knows neither pages nor the store.
//
// file   := MAGIC | length of head (4 bytes, big-endian) | head (JSON, UTF-8) | chunk …
// head   := {format: "handover/1", account, made: ISO 8601, key_id: of the server's key, wrapped, size: bytes of the plain text,
//           contents: what is inside, in Chinese, without a name}
// wrapped:= base64 of RSA-OAEP (SHA-256, label "handover/1 <account>") of the file's own AES-256 key (32 bytes) and the account's
//           token (32 bytes). The label binds it to the account: who writes another one into the head gets nothing unwrapped. The
//           token, which the server tells that account alone, shows that a device of the account wrote it: the public key is no secret.
// chunk  := AES-256-GCM of 1 MiB of the plain text (the last one: of the rest). Nonce: 8 zero bytes and the number of the chunk
//           (4 bytes, big-endian); a key is used for one file alone. Additional data: SHA-256 of all that stands before the first
//           chunk. So nothing can be cut off, moved, or put beside another head.
// plain  := entry …; entry := length (4 bytes, big-endian) | JSON {store, row, files: [{size, type, name}]} | the files' bytes.
//           In `row`, {"$file": n} stands for the nth of them.

export const FORMAT = "handover/1";
const MAGIC = "wugang-handover/1\n";
const CHUNK = 1024 * 1024, TAG = 16, LONGEST_HEAD = 10_000; // bytes
const MB = 1024 * 1024;
const encoder = new TextEncoder();

export class Broken extends Error {} // the message says in Chinese what is wrong with the file, and what to do

const label = (account) => encoder.encode(`${FORMAT} ${account}`);
const mega = (bytes) => `${(bytes / MB).toFixed(1)} MB`;

function number(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function nonce(index) {
  const bytes = new Uint8Array(12);
  bytes.set(number(index), 8);
  return bytes;
}

export function toBase64(buffer) {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

// --- writing ---

// An entry as JSON, and the files that it names.
function packed(store, row) {
  const blobs = [];
  const files = [];
  // `files` is written last, when all of them are known.
  const text = JSON.stringify({ store, row, files }, (name, value) => {
    if (!(value instanceof Blob)) return value;
    blobs.push(value);
    files.push({ size: value.size, type: value.type, name: value.name });
    return { $file: blobs.length - 1 };
  });
  return [encoder.encode(text), blobs];
}

// Return the file as a Blob. `rows` is [{store, row}], `server` {id, key: base64 of its public key (SPKI), token: base64, of the account}. One chunk at a time is in
// the memory; the pictures stay where the browser keeps them. `told(share)` hears how far it is, 0 to 1.
export async function write({ rows, account, contents, server, told = () => {} }) {
  const pieces = [];
  for (const { store, row } of rows) {
    const [text, blobs] = packed(store, row);
    pieces.push(number(text.length), text, ...blobs);
  }
  const plain = new Blob(pieces);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const publicKey = await crypto.subtle.importKey("spki", fromBase64(server.key), { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  const secret = await new Blob([await crypto.subtle.exportKey("raw", key), fromBase64(server.token)]).arrayBuffer();
  const wrapped = await crypto.subtle.encrypt({ name: "RSA-OAEP", label: label(account) }, publicKey, secret);
  const head = encoder.encode(JSON.stringify({
    format: FORMAT, account, made: new Date().toISOString(), key_id: server.id, wrapped: toBase64(wrapped), size: plain.size, contents,
  }));
  const start = new Uint8Array(await new Blob([MAGIC, number(head.length), head]).arrayBuffer());
  const additionalData = await crypto.subtle.digest("SHA-256", start);
  const parts = [start];
  for (let at = 0; at < plain.size; at += CHUNK) {
    const bytes = await plain.slice(at, at + CHUNK).arrayBuffer();
    const options = { name: "AES-GCM", iv: nonce(at / CHUNK), additionalData };
    parts.push(new Blob([await crypto.subtle.encrypt(options, key, bytes)]));
    told(Math.min(1, (at + CHUNK) / plain.size));
  }
  return new Blob(parts, { type: "application/octet-stream" });
}

// --- reading ---

// Return {head, text: the head as it stands in the file, digest: of it, from: where the chunks begin, file}; the file is whole, and ours.
export async function open(file) {
  const magic = await file.slice(0, MAGIC.length).text();
  if (!file.size) throw new Broken("这个文件是空的，没有内容。请在原来的手机上再存一次。");
  if (/^wugang-handover\/\d+\n/.test(magic) && magic !== MAGIC) throw new Broken("这个文件是别的版本的系统存的，现在的页面读不了。请刷新这一页再选；还不行，请告诉系统管理员。");
  if (magic !== MAGIC) throw new Broken("这不是移交文件。移交文件的名字以 handover- 开头、以 .wgho 结尾，请重新选。");
  const cut = new Broken(`文件不完整，只有 ${mega(file.size)}。请把原来的文件重新传一次，不要经过会改动文件的软件。`);
  const at = MAGIC.length + 4;
  const length = await file.slice(MAGIC.length, at).arrayBuffer();
  if (length.byteLength < 4) throw cut;
  const size = new DataView(length).getUint32(0);
  if (size > LONGEST_HEAD) throw new Broken("文件的开头坏了，读不出来。请把原来的文件重新传一次。");
  const from = at + size;
  if (file.size < from) throw cut;
  const text = await file.slice(at, from).text();
  let head = null;
  try {
    head = JSON.parse(text);
  } catch { /* said below */ }
  if (!Number.isSafeInteger(head?.size) || head.size < 0 || typeof head.wrapped !== "string") throw new Broken("文件的开头坏了，读不出来。请把原来的文件重新传一次。");
  if (head.format !== FORMAT) throw new Broken("这个文件是别的版本的系统存的，现在的页面读不了。请刷新这一页再选；还不行，请告诉系统管理员。");
  const whole = from + head.size + Math.ceil(head.size / CHUNK) * TAG;
  if (file.size !== whole) throw new Broken(`文件不完整：应有 ${mega(whole)}，现在是 ${mega(file.size)}（差 ${Math.abs(whole - file.size)} 字节）。请把原来的文件重新传一次。`);
  const digest = await crypto.subtle.digest("SHA-256", await file.slice(0, from).arrayBuffer());
  return { file, head, text, from, digest };
}

// Yield {store, row} of all that is inside, in the order in which it was written; `secret` is the file's key as bytes. Without
// `pictures` they are read, so that damage shows, and dropped: there is null in their place.
export async function* entries({ file, head, from, digest }, secret, { told = () => {}, pictures = true } = {}) {
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
  let chunk = new Uint8Array(0);
  let next = 0; // the number of the chunk that comes next
  const damaged = new Broken("文件的内容坏了或被改过，什么都没有放进来。请把原来的文件重新传一次；还不行，请在原来的手机上再存一次。");

  async function more() {
    const begin = from + next * (CHUNK + TAG);
    if (begin >= file.size) throw damaged;
    const bytes = await file.slice(begin, begin + CHUNK + TAG).arrayBuffer();
    try {
      const options = { name: "AES-GCM", iv: nonce(next), additionalData: digest };
      chunk = new Uint8Array(await crypto.subtle.decrypt(options, key, bytes));
    } catch {
      throw damaged;
    }
    next += 1;
    told(Math.min(1, (next * CHUNK) / head.size));
  }

  // So many bytes of the plain text, as a Blob: a picture is never in one piece in the memory.
  async function take(size, { type = "", keep = true } = {}) {
    const parts = [];
    let left = size;
    while (left > 0) {
      if (!chunk.length) await more();
      const part = chunk.subarray(0, left);
      if (keep) parts.push(new Blob([part]));
      chunk = chunk.subarray(part.length);
      left -= part.length;
    }
    return new Blob(parts, { type });
  }

  for (let done = 0; done < head.size;) {
    const size = new DataView(await (await take(4)).arrayBuffer()).getUint32(0);
    if (done + 4 + size > head.size) throw damaged;
    const { store, row, files } = JSON.parse(await (await take(size)).text());
    const blobs = [];
    for (const each of files) {
      const blob = await take(each.size, { type: each.type, keep: pictures });
      if (!pictures) blobs.push(null);
      else blobs.push(each.name === undefined ? blob : new File([blob], each.name, { type: each.type }));
      done += each.size;
    }
    done += 4 + size;
    yield { store, row: unpacked(row, blobs) };
  }
}

function unpacked(value, blobs) {
  if (value === null || typeof value !== "object") return value;
  if ("$file" in value) return blobs[value.$file];
  if (Array.isArray(value)) return value.map((each) => unpacked(each, blobs));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, unpacked(each, blobs)]));
}
