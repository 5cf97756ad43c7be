// Writes on-site records as a phone does, many in one process: [{values, frame, photos, nonce, now}] to [{text, faults, groups}].

import { faults, groups, write } from "../../../../drawings/static/drawings/field/onsite_record.mjs";

let asked = "";
for await (const part of process.stdin) asked += part;
const answers = JSON.parse(asked).map(({ values, frame, photos, nonce, now }) => ({
  text: write(values, frame, photos, nonce), faults: faults(values, frame, new Date(now)), groups: groups(values, frame, photos),
}));
process.stdout.write(JSON.stringify(answers));
