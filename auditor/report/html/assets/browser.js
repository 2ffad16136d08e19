// The table of findings: one page of what is wanted, and what one finding holds when it is opened.

const PAGE = 50;
const PRINTED = 1000;

function rowOf(finding, opened) {
  const button = el(
    "button",
    { type: "button", class: "open", "aria-expanded": String(opened) },
    own(finding.outcome === "unknown" && finding.reason ? finding.reason : finding.message),
  );
  const version = finding.version === null ? "the model" : `version ${shortened(finding.version)}`;
  return el(
    "tr",
    { class: "finding", "data-id": finding.id },
    el("td", { class: "severity" }, badge(finding.severity)),
    el("td", { class: "rule", title: finding.title }, finding.rule),
    el("td", { class: "resource" }, own(finding.name), " ", el("small", {}, version)),
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

const sentence = (text) => el("tr", {}, el("td", { colspan: 5, class: "empty" }, text));

function part(title, ...children) {
  return el("div", { class: "part" }, el("h3", {}, title), children);
}

class Browser {
  constructor(data) {
    this.total = data.total;
    this.findings = decoded(data);
    this.places = new Map(this.findings.map((finding) => [finding.id, finding]));
    this.opened = new Set();
    this.rows = byId("rows");
    this.wanted = nothingWanted();
    this.found = this.findings;
    this.first = 0;
    this.size = PAGE;
    this.narrow = (arn) => {
      this.want({ ...nothingWanted(), model: arn });
      byId("findings-title").focus();
    };
    byId("rule").append(...this.rules());
  }

  rules() {
    const titles = new Map(this.findings.map((finding) => [finding.rule, finding.title]));
    const ordered = [...titles].sort(([a], [b]) => (a < b ? -1 : 1));
    return ordered.map(([id, title]) => el("option", { value: id }, `${id} ${title}`));
  }

  show() {
    const shown = this.found.slice(this.first, this.first + this.size);
    this.rows.replaceChildren(...shown.flatMap((finding) => this.drawn(finding)));
    if (!shown.length) this.rows.append(sentence(this.nothingFound()));
    const more = this.found.length - PRINTED;
    if (this.size === PRINTED && more > 0) this.rows.append(sentence(`and ${spoken(more)} more`));
    byId("count").textContent = this.counts();
    byId("clear").hidden = !isNarrowed(this.wanted);
    byId("page").textContent = `${spoken(this.first + 1)} to ${spoken(this.first + shown.length)}`;
    byId("previous").disabled = this.first === 0;
    byId("next").disabled = this.first + this.size >= this.found.length;
    byId("pager").hidden = this.found.length === 0;
  }

  drawn(finding) {
    const isOpen = this.opened.has(finding.id);
    const row = rowOf(finding, isOpen);
    return isOpen ? [row, detailOf(finding, this.narrow)] : [row];
  }

  nothingFound() {
    const also = this.findings.length < this.total ? " in this page; findings.jsonl has more" : "";
    return `No finding is like this${also}.`;
  }

  counts() {
    const [some, all] = [this.found.length, this.findings.length].map(spoken);
    return some === all ? `${all} findings` : `${some} of ${all} findings`;
  }

  want(wanted) {
    this.wanted = wanted;
    this.found = selected(this.findings, wanted);
    this.first = 0;
    this.showControls();
    this.show();
    const words = asText(wanted);
    remember(words ? `#findings?${words}` : "#findings");
  }

  showControls() {
    const { q, rule, model, sort, ascending } = this.wanted;
    if (byId("search").value !== q) byId("search").value = q;
    byId("rule").value = rule;
    for (const box of byId("filters").querySelectorAll("input[type=checkbox]")) {
      box.checked = this.wanted[box.name].has(box.value);
    }
    for (const button of byId("table").querySelectorAll("[data-sort]")) {
      const heading = button.parentElement;
      heading.removeAttribute("aria-sort");
      if (button.dataset.sort !== sort) continue;
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    }
    byId("chosen").replaceChildren(...(model ? [this.onlyModel(model)] : []));
  }

  onlyModel(arn) {
    const named = this.findings.find((finding) => finding.arn === arn);
    const button = el("button", { type: "button" }, "Remove");
    button.addEventListener("click", () => this.want({ ...this.wanted, model: "" }));
    return el("p", {}, "Only the model ", own(named ? named.name : arn), " ", button);
  }

  readControls() {
    const boxes = [...byId("filters").querySelectorAll("input:checked")];
    const next = { ...this.wanted, q: byId("search").value, rule: byId("rule").value };
    for (const name of SETS) {
      next[name] = new Set(boxes.filter((box) => box.name === name).map((box) => box.value));
    }
    this.want(next);
  }

  turn(pages) {
    this.first = Math.max(0, this.first + pages * this.size);
    this.show();
    byId("findings").scrollIntoView();
  }

  toggle(row) {
    const finding = this.places.get(row.dataset.id);
    const isOpen = !this.opened.delete(finding.id);
    if (isOpen) this.opened.add(finding.id);
    row.querySelector(".open").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) row.after(detailOf(finding, this.narrow));
    else row.nextElementSibling.remove();
  }

  reveal(id) {
    const finding = this.places.get(id);
    if (!finding) return;
    if (!this.found.includes(finding)) this.want(nothingWanted());
    this.first = Math.floor(this.found.indexOf(finding) / this.size) * this.size;
    this.opened.add(id);
    this.show();
    const row = this.rows.querySelector(`[data-id="${CSS.escape(id)}"]`);
    row.scrollIntoView({ block: "center" });
    row.querySelector(".open").focus({ preventScroll: true });
  }

  move(from, steps) {
    const buttons = [...this.rows.querySelectorAll(".open")];
    buttons[buttons.indexOf(from) + steps]?.focus();
  }

  // On paper there are no pages to turn.
  print(begins) {
    [this.first, this.size] = [0, begins ? PRINTED : PAGE];
    this.show();
  }
}
