// How what waits in the outbox is put there, replaced and confirmed. Apart from `store.mjs`, so that the first view of the
// form stays small: it is loaded once the page is there.

import { calledPhoto, each, isForm, isNewest, newestOf, of, put, within } from "./store.mjs";

// Queue a step. One that was never tried is replaced: what was pressed last counts. One that was tried may be with the server
// already, its answer lost; it is sent once more as it was, before the new one. So is one on which something was said.
export const queue = (step) =>
  within("readwrite", ["outbox"], (outbox) => {
    let said = 0;
    const tokens = new Set();
    each(outbox, step.inspection, (before) => {
      tokens.add(before.token);
      if (before.kind === "step") said = before.id;
    });
    each(outbox, step.inspection, (before) => {
      if (!isForm(before)) return;
      if (before.state !== "waiting") outbox.delete(before.id);
      else if (!before.tried && !before.record && before.id > said) {
        step = { ...step, after: before.after, version: before.version };
        outbox.delete(before.id);
      }
    });
    outbox.index("inspection").count().onsuccess = () => {
      // What it was typed on top of was confirmed while it was put together: it goes on from there.
      if (step.after && !tokens.has(step.after)) step = { ...step, after: "", version: newestOf(step.inspection) ?? step.version };
      outbox.put({ ...step, state: "waiting", tried: false });
    };
  });

// Queue what was said of a frozen record: {inspection, title, what: in words, address, fields: {name: value}, key, at: when, in
// ISO 8601}. It goes as it is, after what was queued before it; `outbox.mjs` adds the token, and the time as `phone_time`.
export const putStep = (step) =>
  put("outbox", { key: crypto.randomUUID(), at: new Date().toISOString(), ...step, kind: "step", state: "waiting", tried: false, told: null });

// The server has what was said of a frozen record: what was typed on the version before goes on from the one that it made.
export const stepDone = (item, { before, version }) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    outbox.delete(item.id);
    if (!before) return;
    each(outbox, item.inspection, (later) => { if (later.version === before && later.id !== item.id) outbox.put({ ...later, version }); });
    drafts.get(item.inspection).onsuccess = ({ target }) => { if (target.result?.version === before) drafts.put({ ...target.result, version }); };
  });

// The server has confirmed a step: what was typed or queued on top of it goes on from the version that it made.
export const confirmed = (item, version) =>
  within("readwrite", ["drafts", "outbox"], (drafts, outbox) => {
    isNewest(item.inspection, version);
    outbox.delete(item.id);
    each(outbox, item.inspection, (later) => {
      if (later.after && later.id !== item.id) outbox.put({ ...later, version, after: later.after === item.token ? "" : later.after });
    });
    drafts.get(item.inspection).onsuccess = ({ target }) => {
      const draft = target.result;
      if (draft?.token === item.token) drafts.delete(item.inspection);
      else if (draft?.after) drafts.put({ ...draft, version, after: draft.after === item.token ? "" : draft.after });
    };
  });

// Say which photos of a visit the server has refused and why, and what to do: the submission waits for them. "" where there are none.
export async function stuck(inspection) {
  const refused = (await of("photos", inspection)).filter((photo) => photo.state === "wrong");
  const each = refused.map((photo) => `${calledPhoto(photo)}：${photo.told?.error ?? ""}`);
  return refused.length ? `有 ${refused.length} 张照片系统没有收（${each.join(" ")}）。请在“照片”里删去，或者改好再发一次，然后自动继续。` : "";
}
