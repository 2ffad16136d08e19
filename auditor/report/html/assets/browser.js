// The table of findings: one page of what is wanted, and what one finding holds when it is opened.

const PAGE = 50;
const PRINTED = 1000;

function rowOf(finding, opened) {
  const button = el(
    "button",
    { type: "button", class: "open", "aria-expanded": String(opened) },
    own(finding.outcome === "unknown" && finding.reason ? finding.reason : finding.message),
  );
  const version =
    finding.version === null ? el("small", {}, "the model") : el("small", {}, "version ", shortened(finding.version));
  return el(
    "tr",
    { class: "finding", "data-id": finding.id },
    el("td", { class: "severity" }, badge(finding.severity)),
    el("td", { class: "rule", title: finding.title }, finding.rule),
    el("td", { class: "resource" }, own(finding.name), " ", version),
    el("td", { class: "said" }, button),
    el("td", { class: "outcome" }, outcomeMark(finding.outcome), stateMark(finding.state)),
  );
}

function shortened(version) {
  return version.length > 12 ? `${version.slice(0, 8)}…` : version;
}

function detailOf(finding, narrow) {
  const inside = el(
    "div",
    { class: "inside" },
    el("div", {}, ruleOf(finding)),
    el("div", {}, waiverOf(finding), adviceOf(finding), resourceOf(finding, narrow)),
  );
  return el("tr", { class: "detail" }, el("td", { colspan: 5 }, inside));
}

function ruleOf(finding) {
  const said = finding.outcome === "unknown" && finding.reason ? finding.message : "";
  const controls = finding.controls.map(([name, each]) => el("li", {}, `${name} ${each}`));
  return part(
    finding.title,
    said ? el("p", {}, own(said)) : null,
    finding.rationale ? el("p", {}, finding.rationale) : null,
    finding.wants ? facts([["It wants", code(finding.wants)]]) : null,
    values("It read", finding.read),
    values("The policy says", finding.allowed),
    facts([
      ["Policy", finding.policy],
      ["Controls", controls.length ? el("ul", { class: "plain" }, controls) : null],
    ]),
  );
}

function waiverOf(finding) {
  if (!finding.waiver) return null;
  return part("Waiver", facts(finding.waiver.map(([name, value]) => [name, own(value)])));
}

function adviceOf(finding) {
  if (!finding.words && !finding.command) return null;
  const words = filledIn(finding.words, finding).split("\n").map((line) => el("p", {}, line));
  const command = finding.command ? copyable(filledIn(finding.command, finding), true) : null;
  return part("What to do", words, command);
}

function resourceOf(finding, narrow) {
  const only = el("button", { type: "button", class: "link" }, "All findings of this model");
  only.addEventListener("click", () => narrow(finding.arn));
  return part(
    "Resource",
    facts([
      ["ARN", copyable(finding.arn)],
      ["Version", finding.version === null ? "the model itself" : copyable(finding.version)],
      ["Account", `${finding.account}, ${finding.region}`],
      ["Membership", code(finding.membership)],
      ["Collaboration", finding.collaboration ? code(finding.collaboration) : null],
      ["Finding", copyable(finding.id)],
    ]),
    el("p", {}, only, " · ", el("a", { href: `#f-${finding.id}` }, "Link to this finding")),
  );
}

function part(title, ...children) {
  return el("div", { class: "part" }, el("h3", {}, title), children);
}

function browserOf(data) {
  const findings = decoded(data);
  const places = new Map(findings.map((finding) => [finding.id, finding]));
  const opened = new Set();
  const rows = byId("rows");
  let wanted = nothingWanted();
  let found = findings;
  let first = 0;
  let size = PAGE;

  function show() {
    const shown = found.slice(first, first + size);
    rows.replaceChildren(...shown.flatMap(drawn));
    if (!shown.length) rows.append(nothingFound());
    byId("count").textContent = counts();
    byId("clear").hidden = !isNarrowed(wanted);
    byId("page").textContent = found.length
      ? `${(first + 1).toLocaleString("en")} to ${(first + shown.length).toLocaleString("en")}`
      : "";
    byId("previous").disabled = first === 0;
    byId("next").disabled = first + size >= found.length;
    byId("pager").hidden = found.length === 0;
  }

  function drawn(finding) {
    const isOpen = opened.has(finding.id);
    const row = rowOf(finding, isOpen);
    return isOpen ? [row, detailOf(finding, narrow)] : [row];
  }

  function nothingFound() {
    const also = findings.length < data.total ? " in this page; findings.jsonl has more" : "";
    return el("tr", {}, el("td", { colspan: 5, class: "empty" }, `No finding is like this${also}.`));
  }

  function counts() {
    const [some, all] = [found.length, findings.length].map((each) => each.toLocaleString("en"));
    return some === all ? `${all} findings` : `${some} of ${all} findings`;
  }

  function want(next) {
    wanted = next;
    found = selected(findings, wanted);
    first = 0;
    showControls();
    show();
    const words = asText(wanted);
    remember(words ? `#findings?${words}` : "#findings");
  }

  function narrow(arn) {
    want({ ...nothingWanted(), model: arn });
    byId("findings-title").focus();
  }

  function showControls() {
    if (byId("search").value !== wanted.q) byId("search").value = wanted.q;
    byId("rule").value = wanted.rule;
    for (const box of byId("filters").querySelectorAll("input[type=checkbox]")) {
      box.checked = wanted[box.name].has(box.value);
    }
    for (const button of byId("table").querySelectorAll("[data-sort]")) {
      const mine = button.dataset.sort === wanted.sort;
      if (mine) button.parentElement.setAttribute("aria-sort", wanted.ascending ? "ascending" : "descending");
      else button.parentElement.removeAttribute("aria-sort");
    }
    byId("chosen").replaceChildren(...(wanted.model ? [onlyModel()] : []));
  }

  function onlyModel() {
    const named = findings.find((finding) => finding.arn === wanted.model);
    const button = el("button", { type: "button" }, "Remove");
    button.addEventListener("click", () => want({ ...wanted, model: "" }));
    return el("p", {}, "Only the model ", own(named ? named.name : wanted.model), " ", button);
  }

  function fromControls() {
    const boxes = [...byId("filters").querySelectorAll("input:checked")];
    const next = { ...wanted, q: byId("search").value, rule: byId("rule").value };
    for (const name of SETS) {
      next[name] = new Set(boxes.filter((box) => box.name === name).map((box) => box.value));
    }
    want(next);
  }

  function turn(pages) {
    first = Math.max(0, first + pages * size);
    show();
    byId("findings").scrollIntoView();
  }

  function toggle(row) {
    const finding = places.get(row.dataset.id);
    const isOpen = !opened.delete(finding.id) && opened.add(finding.id) !== null;
    row.querySelector(".open").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) row.after(detailOf(finding, narrow));
    else row.nextElementSibling.remove();
  }

  function reveal(id) {
    const finding = places.get(id);
    if (!finding) return false;
    if (!found.includes(finding)) want(nothingWanted());
    first = Math.floor(found.indexOf(finding) / size) * size;
    opened.add(id);
    show();
    const row = rows.querySelector(`[data-id="${CSS.escape(id)}"]`);
    row.scrollIntoView({ block: "center" });
    row.querySelector(".open").focus({ preventScroll: true });
    return true;
  }

  function move(from, steps) {
    const buttons = [...rows.querySelectorAll(".open")];
    buttons[buttons.indexOf(from) + steps]?.focus();
  }

  // On paper there are no pages to turn.
  function print(begins) {
    [first, size] = [0, begins ? PRINTED : PAGE];
    show();
  }

  const names = new Map(findings.map((finding) => [finding.rule, finding.title]));
  const options = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  byId("rule").append(...options.map(([id, title]) => el("option", { value: id }, `${id} ${title}`)));
  return {
    want, fromControls, turn, toggle, reveal, move, print, show,
    wanted: () => wanted, found: () => found,
  };
}
