// Elements are built, never parsed: a text stays a text whatever it holds.

const byId = (id) => document.getElementById(id);

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== ""));
  return node;
}

const SIGNS = { fail: "✖", unknown: "?", waived: "~" };

const spoken = (number) => number.toLocaleString("en");
const code = (text) => el("code", {}, text);
const own = (text) => el("bdi", { class: "own" }, text);
const badge = (severity) => el("span", { class: `badge ${severity}` }, severity);
const stateMark = (state) => (state ? el("span", { class: `state ${state}` }, state) : null);

function outcomeMark(outcome) {
  const sign = el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[outcome]);
  return el("span", { class: `outcome ${outcome}` }, sign, outcome);
}

function copyable(text, block) {
  const shown = block ? el("pre", {}, code(text)) : code(text);
  const button = el("button", { type: "button", class: "copy", "data-copy": true }, "Copy");
  return el(block ? "div" : "span", { class: block ? "copied" : "copied inline" }, shown, button);
}

function facts(rows) {
  const filled = rows.filter(([, value]) => value !== null && value !== "");
  const groups = filled.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value)),
  );
  return el("dl", { class: "facts" }, groups);
}

function values(caption, rows) {
  if (!rows.length) return null;
  const body = rows.map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, code(name)), el("td", {}, code(value))),
  );
  return el("table", { class: "read" }, el("caption", {}, caption), el("tbody", {}, body));
}
