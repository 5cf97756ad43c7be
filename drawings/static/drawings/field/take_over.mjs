// What an earlier release kept in localStorage, or a page that was gone at once, is put into the store. Loaded by `store.mjs`
// where there is any.

import { get, put } from "./store.mjs";

export async function takeOver(start) {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(start))) {
    const inspection = Number(key.slice(start.length));
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(key));
    } catch { /* nobody can read it */ }
    if (draft?.values && inspection) {
      const { touched, ...typed } = draft;
      const before = await get("drafts", inspection);
      if (!before || (!touched && typed.at > before.at)) await put("drafts", { inspection, title: "", after: "", ...typed });
      else if (touched) {
        const values = { ...before.values };
        for (const name of touched) {
          if (name in typed.values) values[name] = typed.values[name];
          else delete values[name]; // a box that was ticked no more
        }
        await put("drafts", { ...before, token: typed.token, at: typed.at, values });
      }
    }
    localStorage.removeItem(key);
  }
}
