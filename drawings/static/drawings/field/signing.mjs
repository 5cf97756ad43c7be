// What is asked for of a signature, by how the firm took the record; the server asks the same (`field/signature.py`).

export const ASKED = { drawn: ["name", "post"], paper: ["name", "post"], refused: ["reason", "witness"], absent: ["reason"] };
