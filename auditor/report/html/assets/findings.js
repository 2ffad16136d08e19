// The findings of the data block, and which of them somebody wants to see.

const SEVERITIES = ["info", "low", "medium", "high", "critical"];
const OUTCOMES = ["waived", "unknown", "fail"];
const PLACEHOLDERS = /[\u0001-\u0003]/g;

function decoded(data) {
  return data.findings.map((row, order) => {
    const [id, rule, model, version, outcome, state, message, reason, read, allowed, remedy, waiver] =
      row;
    const [ruleId, title, severity, policy, rationale, wants, controls] = data.rules[rule];
    const [arn, name, account, region, membership, collaboration] = data.models[model];
    const [words, command] = data.remedies[remedy];
    return {
      order, id, rule: ruleId, title, severity, policy, rationale, wants, controls,
      arn, name, account, region, membership, collaboration, version,
      outcome, state, message, reason, read, allowed, words, command, waiver,
      text: null,
    };
  });
}

// What is searched is put together when it is first needed: opening the page does not wait for it.
function textOf(finding) {
  if (finding.text === null) {
    const { rule, title, name, arn, version, outcome, severity, message, reason, id } = finding;
    const parts = [rule, title, name, arn, version ?? "model", outcome, severity, message, reason, id];
    finding.text = [...parts, finding.state ?? "", finding.collaboration].join("\n").toLowerCase();
  }
  return finding.text;
}

// The remedies of many findings share one text, in which their own identifiers are left open.
function filledIn(text, finding) {
  const own = [finding.arn, finding.version ?? "", finding.membership];
  return text.replace(PLACEHOLDERS, (mark) => own[mark.charCodeAt(0) - 1]);
}

function nothingWanted() {
  return {
    q: "", severity: new Set(), outcome: new Set(), state: new Set(),
    rule: "", model: "", sort: "severity", ascending: false,
  };
}

const SETS = ["severity", "outcome", "state"];

function isNarrowed(wanted) {
  return Boolean(wanted.q || wanted.rule || wanted.model || SETS.some((name) => wanted[name].size));
}

function selected(findings, wanted) {
  const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
  const sets = SETS.filter((name) => wanted[name].size);
  const found = findings.filter(
    (finding) =>
      sets.every((name) => wanted[name].has(finding[name])) &&
      (!wanted.rule || finding.rule === wanted.rule) &&
      (!wanted.model || finding.arn === wanted.model) &&
      words.every((word) => textOf(finding).includes(word)),
  );
  return sorted(found, wanted);
}

const KEYS = {
  severity: (finding) => SEVERITIES.indexOf(finding.severity),
  rule: (finding) => finding.rule,
  resource: (finding) => `${finding.name}\n${finding.arn}\n${finding.version ?? ""}`,
  said: (finding) => finding.message,
  outcome: (finding) => OUTCOMES.indexOf(finding.outcome),
};

function sorted(findings, { sort, ascending }) {
  const key = KEYS[sort];
  const keyed = findings.map((finding) => [key(finding), finding]);
  const sign = ascending ? 1 : -1;
  keyed.sort(([a, one], [b, other]) => (a < b ? -sign : a > b ? sign : one.order - other.order));
  return keyed.map(([, finding]) => finding);
}

// The wish as the part of an address behind its number sign, and back.
function asText(wanted) {
  const words = new URLSearchParams();
  for (const name of ["q", "rule", "model"]) if (wanted[name]) words.set(name, wanted[name]);
  for (const name of SETS) for (const value of wanted[name]) words.append(name, value);
  if (wanted.sort !== "severity" || wanted.ascending) {
    words.set("sort", (wanted.ascending ? "" : "-") + wanted.sort);
  }
  return words.toString();
}

function fromText(text) {
  const words = new URLSearchParams(text);
  const wanted = nothingWanted();
  for (const name of ["q", "rule", "model"]) wanted[name] = words.get(name) ?? "";
  for (const name of SETS) wanted[name] = new Set(words.getAll(name));
  const sort = words.get("sort") ?? "-severity";
  const name = sort.replace(/^-/, "");
  if (Object.hasOwn(KEYS, name)) [wanted.sort, wanted.ascending] = [name, name === sort];
  return wanted;
}

const COLUMNS = [
  "severity", "outcome", "state", "rule", "title", "name", "arn", "version", "account", "region",
  "membership", "message", "reason", "id",
];

function asCsv(findings) {
  const lines = [COLUMNS, ...findings.map((finding) => COLUMNS.map((name) => finding[name]))];
  return lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

// A spreadsheet takes what begins like a formula for one, so such a text gets an apostrophe; where
// a semicolon separates lists it begins a new cell. The same as in findings.csv.
const FORMULA = /^ *[=+\\\-@|%\uff1d\uff0b\uff0d\uff20]/;
const LATER_FORMULA = /(;[ "]*)(?=[=+\\\-@|%\uff1d\uff0b\uff0d\uff20])/g;

function cell(value) {
  const text = String(value ?? "");
  const harmless = (FORMULA.test(text) ? `'${text}` : text).replace(LATER_FORMULA, "$1'");
  return `"${harmless.replaceAll('"', '""')}"`;
}

function asJson(findings) {
  const shown = findings.map((finding) => {
    const members = COLUMNS.map((name) => [name, finding[name]]);
    return { ...Object.fromEntries(members), observed: Object.fromEntries(finding.read) };
  });
  return JSON.stringify(shown, null, 2);
}
