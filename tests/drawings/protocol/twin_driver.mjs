// Serves verify.mjs to the tests in one process: a case per line of standard input, JSON, an answer per line of standard
// output. A case: {op, files: {name: base64}, ...}.

import { createInterface } from "node:readline";
import * as twin from "../../../drawings/protocol/verify.mjs";

const read = (files) => new Map(Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text, "base64"))]));
const failures = (files) => twin.check(files).filter(({ ok }) => !ok);

const OPERATIONS = {
  /** The text of result.tsv, or why there is none; any error but Invalid ends the process. */
  compute({ files }) {
    try {
      return { result: twin.compute(read(files)) };
    } catch (error) {
      if (error instanceof twin.Invalid) return { refused: error.message };
      throw error;
    }
  },

  /** The same for substitutes.tsv. */
  substitutes({ files }) {
    try {
      return { result: twin.computeSubstitutes(read(files)) };
    } catch (error) {
      if (error instanceof twin.Invalid) return { refused: error.message };
      throw error;
    }
  },

  check: ({ files, earlier = null }) => twin.check(read(files), undefined, null, earlier === null ? null : new Uint8Array(Buffer.from(earlier, "base64"))),
  heads: ({ files }) => twin.logHeads(read(files)),
  search: ({ files, text }) => twin.searchUnits(twin.openDraw(read(files)), text),

  /** Change every byte of a file in turn, and give the places where nobody minds. */
  flips({ files, name, mask }) {
    const given = read(files);
    const bytes = given.get(name);
    const missed = [];
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] ^= mask;
      if (failures(given).length === 0) missed.push(at);
      bytes[at] ^= mask;
    }
    return { whole: failures(given).length === 0, size: bytes.length, missed };
  },

  digest: ({ text }) => ({ digest: twin.sha256Hex(text) }),
  self_test: () => twin.selfTest(),

  async zip({ data, caps }) {
    const before = { ...twin.CAPS };
    Object.assign(twin.CAPS, caps);
    try {
      const files = await twin.readZip(new Uint8Array(Buffer.from(data, "base64")));
      return { files: Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])) };
    } catch (error) {
      if (error instanceof twin.Unreadable) return { refused: error.message };
      throw error;
    } finally {
      Object.assign(twin.CAPS, before);
    }
  },

  stand({ files, unit }) {
    return twin.standOf(twin.openDraw(read(files)), unit);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...given } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await OPERATIONS[op](given))}\n`);
}
