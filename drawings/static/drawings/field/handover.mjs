// What a phone has not sent goes into a file, and out of it into the store of another device of the same account, from which
// the outbox sends it. The file: `handover_format.mjs`.

import { account, all, get, of, ready, tell, within } from "./store.mjs";
import { Broken, entries, write } from "./handover_format.mjs";
import { HANDOVER, ask } from "./pages.mjs";

const TAKEN = `field:handed-in:${account}`; // {digest of a file: when its content came here}
// Pictures before the rows that speak of them; what is sent comes last.
const ORDER = ["drafts", "files", "photos", "outbox"];

// --- out ---

// The server's public key, {id, key}: what it says now, or what it said when there was a signal.
export async function serverKey() {
  const told = await ask();
  if (told && !told.handover) throw new Broken("系统现在没有移交密钥，不能存成文件：请告诉系统管理员。内容都还在这台手机上。");
  if (told) localStorage.setItem(HANDOVER, JSON.stringify(told.handover));
  const known = localStorage.getItem(HANDOVER);
  if (!known) throw new Broken("这台手机还没有系统的移交密钥。请在有信号时打开一次“我的任务”，再按这里。");
  return JSON.parse(known);
}

const storeNames = async () => [...(await ready()).objectStoreNames].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));

// [{store, row}] of all that this phone holds for the account.
export async function held() {
  const names = await storeNames();
  const found = [];
  for (const store of names) found.push(...(await all(store)).map((row) => ({ store, row })));
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

// Take away what a file has, and nothing that came or was changed since.
export async function drop(rows) {
  const names = await storeNames();
  await within("readwrite", names, (...stores) => {
    for (const { store, row } of rows) {
      const from = stores[names.indexOf(store)];
      const key = row[from.keyPath];
      from.get(key).onsuccess = ({ target }) => {
        const now = target.result;
        if (now && (now.token === row.token || store !== "drafts")) from.delete(key);
      };
    }
  });
  tell({ type: "changed" });
}

// --- in ---

const digestOf = ({ digest }) => [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const takenBefore = () => JSON.parse(localStorage.getItem(TAKEN) ?? "{}");

// When this very file was taken in here before; undefined if it was not.
export const taken = (opened) => takenBefore()[digestOf(opened)];

// Read all of the file, so that nothing is put anywhere before it is known to be whole. Return the drafts that this device
// has otherwise: [{theirs, ours}].
export async function check(opened, secret, told) {
  const clashes = [];
  for await (const { store, row } of entries(opened, secret, { told, pictures: false })) {
    if (store !== "drafts") continue;
    const ours = await get("drafts", row.inspection);
    if (ours && ours.token !== row.token && JSON.stringify(ours.values) !== JSON.stringify(row.values)) clashes.push({ theirs: row, ours });
  }
  return clashes;
}

async function isHere(store, row) {
  if (store !== "outbox") return Boolean(await get(store, row.key ?? row.inspection));
  const same = (item) => (row.token ? item.token === row.token && item.kind === row.kind : item.key === row.key);
  return (await of("outbox", row.inspection)).some(same);
}

// Put all that is not here yet into the store. `preferred` holds the inspections whose draft of the file replaces the one that is here.
// Return {put, here}: how many pieces were new, and how many were here already.
export async function takeIn(opened, secret, preferred, told) {
  const said = { put: 0, here: 0 };
  const names = await storeNames();
  for await (const { store, row } of entries(opened, secret, { told })) {
    if (!names.includes(store)) continue;
    const counts = store !== "files"; // a picture and its row are one piece
    if (await isHere(store, row) && !(store === "drafts" && preferred.has(row.inspection))) {
      said.here += counts;
      continue;
    }
    if (store === "outbox") delete row.id; // here it gets one of its own, behind what is queued
    await within("readwrite", [store], (rows) => rows.put(row));
    said.put += counts;
  }
  localStorage.setItem(TAKEN, JSON.stringify({ ...takenBefore(), [digestOf(opened)]: new Date().toISOString() }));
  tell({ type: "changed" });
  tell({ type: "queued" });
  return said;
}
