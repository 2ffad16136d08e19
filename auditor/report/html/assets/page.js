// What the page does when somebody clicks, types, prints or follows a link.

function remember(address) {
  // NOTE: a page that is shown from within a mail has no address that could be changed.
  try {
    history.replaceState(null, "", address);
  } catch {
    return;
  }
}

async function copy(button) {
  const text = button.previousElementSibling.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

function save(kind, findings, run) {
  const [text, type] = kind === "csv" ? [asCsv(findings), "text/csv"] : [asJson(findings), "application/json"];
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: `findings-${run}.${kind}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function sortBy(browser, column) {
  const { sort, ascending } = browser.wanted;
  const byRank = ["severity", "outcome"].includes(column);
  browser.want({ ...browser.wanted, sort: column, ascending: sort === column ? !ascending : !byRank });
}

function follow(browser) {
  const address = location.hash;
  if (address.startsWith("#f-")) browser.reveal(address.slice("#f-".length));
  if (address.startsWith("#findings?")) {
    browser.want(fromText(address.slice("#findings?".length)));
    byId("findings").scrollIntoView();
  }
}

function filterBy(browser, filter) {
  browser.want(fromText(filter));
  byId("findings").scrollIntoView();
  byId("findings-title").focus({ preventScroll: true });
}

function listenToControls(browser) {
  byId("filters").addEventListener("input", () => browser.readControls());
  byId("clear").addEventListener("click", () => {
    browser.want(nothingWanted());
    byId("search").focus();
  });
  byId("previous").addEventListener("click", () => browser.turn(-1));
  byId("next").addEventListener("click", () => browser.turn(1));
}

function listenToRows(browser) {
  const rows = byId("rows");
  rows.addEventListener("click", (event) => {
    const row = event.target.closest("tr.finding");
    // Whoever marks a text in order to copy it does not want to open the row.
    if (row && !getSelection().toString()) browser.toggle(row);
  });
  rows.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!steps || !event.target.matches(".open")) return;
    event.preventDefault();
    browser.move(event.target, steps);
  });
}

function listenToPage(browser, run) {
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-filter], [data-sort], [data-save]");
    if (!target) return;
    const { filter, sort, save: kind } = target.dataset;
    if (sort) sortBy(browser, sort);
    if (kind) save(kind, browser.found, run);
    if (filter === undefined) return;
    event.preventDefault();
    filterBy(browser, filter);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    byId("search").focus();
    byId("search").select();
  });
  addEventListener("hashchange", () => follow(browser));
  addEventListener("beforeprint", () => browser.print(true));
  addEventListener("afterprint", () => browser.print(false));
}

function begin() {
  document.documentElement.classList.add("js");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  if (!byId("browser")) return;
  const data = JSON.parse(byId("data").textContent);
  const browser = new Browser(data);
  // From now on a finding's address leads into the table.
  for (const item of document.querySelectorAll("[data-finding]")) item.removeAttribute("id");
  listenToControls(browser);
  listenToRows(browser);
  listenToPage(browser, data.run);
  browser.show();
  follow(browser);
}

begin();
