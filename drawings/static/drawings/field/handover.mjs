// What a phone has not sent goes into a file, and out of it into the store of another device of the same account, from which
// the outbox sends it. The file: `handover_format.mjs`.

import { account, get, of, ready, tell, within } from "./store.mjs";
import { Broken, entries, write } from "./handover_format.mjs";
import { judge } from "./handover_rows.mjs";
import { HANDOVER, ask } from "./pages.mjs";

const TAKEN = `field:handed-in:${account}`; // {digest of a file: when its content came here}
// Pictures before the rows that speak of them; what is sent comes last.
const ORDER = ["drafts", "files", "photos", "outbox"];

// --- out ---

// The server's public key and our token, {id, key, token}: what it says now, or what it said when there was a signal.
export async function serverKey() {
  const told = await ask();
  if (told && told.account !== account) throw new Broken("这个浏览器里现在登录的是另一个账号，不能替您存文件。请用您自己的账号登录后再按；内容都还在这台手机上。");
  if (told && !told.handover) throw new Broken("系统现在没有移交密钥，不能存成文件：请告诉系统管理员。内容都还在这台手机上。");
  if (told) localStorage.setItem(HANDOVER, JSON.stringify(told.handover));
  const known = localStorage.getItem(HANDOVER);
  if (!known) throw new Broken("这台手机还没有系统的移交密钥。请在有信号时打开一次“我的任务”，再按这里。");
  return JSON.parse(known);
}

const storeNames = async () => [...(await ready()).objectStoreNames].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));

// [{store, row}] of all that this phone holds for the account, as it is at one moment.
export async function held() {
  const names = await storeNames();
  const found = [];
  await within("readonly", names, (...stores) => {
    for (const store of stores) store.getAll().onsuccess = ({ target }) => found.push(...target.result.map((row) => ({ store: store.name, row })));
  });
  return found;
}

// What a file holds, in words: no name in them, since they stand in the head, which everybody can read.
export function contents(rows) {
  const count = (name) => rows.filter(({ store }) => store === name).length;
  const visits = new Set(rows.filter(({ row }) => row.inspection).map(({ row }) => row.inspection)).size;
  const named = [[count("drafts"), "份填写的内容"], [count("outbox"), "个等着发送的步骤"], [count("photos"), "张照片"]];
  return `${visits} 家单位：${named.filter(([number]) => number).map(([number, what]) => `${number} ${what}`).join("、")}`;
}

export function fileName(moment = new Date()) {
  const local = new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString();
  return `handover-${local.slice(0, 10).replaceAll("-", "")}-${local.slice(11, 16).replace(":", "")}.wgho`;
}

export const pack = (rows, server, told) => write({ rows, account, contents: contents(rows), server, told });

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// Take away what a file has, and nothing that came or was changed since, be it by a letter or by what the server told. The picture goes
// with its row. Return how many pieces stay because they were changed.
export async function drop(rows) {
  let kept = 0;
  const names = await storeNames();
  await within("readwrite", names, (...stores) => {
    const named = Object.fromEntries(stores.map((store) => [store.name, store]));
    for (const { store, row } of rows) {
      if (store === "files") {
        named.photos.getKey(row.key).onsuccess = ({ target }) => { if (target.result === undefined) named.files.delete(row.key); };
        continue;
      }
      const key = row[named[store].keyPath];
      named[store].get(key).onsuccess = ({ target }) => {
        if (!target.result) return;
        if (!isSame(target.result, row)) { kept += 1; return; }
        named[store].delete(key);
        if (store === "photos") named.files.delete(key);
      };
    }
  });
  tell({ type: "changed" });
  return kept;
}

// --- in ---

const digestOf = ({ digest }) => [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const takenBefore = () => JSON.parse(localStorage.getItem(TAKEN) ?? "{}");

// When this very file was taken in here before; undefined if it was not.
export const taken = (opened) => takenBefore()[digestOf(opened)];

// Read all of the file, so that nothing is put anywhere before it is known to be whole, and was seen. Return {rows: [{store, row}] that may come in,
// without the pictures; alone: the steps that the person has to press again here; strange: how many pieces no page of ours writes;
// clashes: [{theirs, ours}], the drafts that this device has otherwise}.
export async function check(opened, secret, told) {
  const found = { rows: [], alone: [], strange: 0, clashes: [] };
  for await (const { store, row } of entries(opened, secret, { told, pictures: false })) {
    const judged = judge(store, row, { pictures: false });
    if (!judged) found.strange += 1;
    else if (judged.alone) found.alone.push(judged.row);
    else found.rows.push({ store, row: judged.row });
  }
  for (const { store, row } of found.rows) {
    if (store !== "drafts") continue;
    const ours = await get("drafts", row.inspection);
    if (ours && ours.token !== row.token && JSON.stringify(ours.values) !== JSON.stringify(row.values)) found.clashes.push({ theirs: row, ours });
  }
  return found;
}

async function isHere(store, row) {
  if (store !== "outbox") return Boolean(await get(store, row.key ?? row.inspection));
  const same = (item) => (row.token ? item.token === row.token && item.kind === row.kind : item.key === row.key);
  return (await of("outbox", row.inspection)).some(same);
}

// Put what `check` found, and is not here yet, into the store, once the person has seen it. `preferred` holds the inspections whose draft of the file replaces the one that is here.
// Return {put, here}: how many pieces were new, and how many were here already.
export async function takeIn(opened, secret, found, preferred, told) {
  const said = { put: 0, here: 0 };
  const photos = new Set(found.rows.filter(({ store }) => store === "photos").map(({ row }) => row.key));
  for await (const { store, row: read } of entries(opened, secret, { told })) {
    const judged = judge(store, read);
    if (!judged || judged.alone || (store === "files" && !photos.has(judged.row.key))) continue;
    const { row } = judged;
    const counts = store !== "files"; // a picture and its row are one piece
    if (await isHere(store, row) && !(store === "drafts" && preferred.has(row.inspection))) {
      said.here += counts;
      continue;
    }
    await within("readwrite", [store], (rows) => rows.put(row)); // a step gets a number of its own, behind what is queued
    said.put += counts;
  }
  localStorage.setItem(TAKEN, JSON.stringify({ ...takenBefore(), [digestOf(opened)]: new Date().toISOString() }));
  tell({ type: "changed" });
  tell({ type: "queued" });
  return said;
}
