"use strict";

// All that is shown comes from agents: it becomes text nodes, never markup.
const by = (id) => document.getElementById(id);
let exchanges = [];
let paused = false;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(text) {
  by("message").textContent = text;
  by("message").hidden = !text;
}

async function send(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.body = typeof body === "string" ? body : JSON.stringify(body);
    options.headers = { "content-type": "application/json" };
  }
  try {
    const answer = await fetch(path, options);
    if (answer.ok) return say("");
    const told = await answer.json().catch(() => ({}));
    say(`${method} /${path}: ${told.error || answer.status}`);
  } catch (error) {
    say(`${method} /${path}: the server did not answer (${error.message})`);
  }
}

// Requests

/** A clock can be moved further than dates reach. */
function moment(seconds) {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString();
}

const time = (seconds) => moment(seconds).replace(/^.*T|Z$/g, "");
const target = (entry) => `${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ""}`;
const ending = (entry) => String(entry.status ?? JSON.stringify(entry.ended));
const changed = (entry) => entry.effects.map((effect) => effect.change.replaceAll("_", " ")).join(", ");

function fits(entry) {
  const words = by("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [target(entry), ending(entry), entry.faults.join(" "), changed(entry)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function exchangeRow(entry) {
  const row = element("tr");
  const open = element("button", target(entry));
  open.type = "button";
  open.addEventListener("click", () => show(entry));
  const link = element("td");
  link.append(open);
  row.append(
    element("td", entry.seq, "number"),
    element("td", time(entry.at), "number"),
    link,
    element("td", ending(entry), entry.status && entry.status < 400 ? "good number" : "bad number"),
    element("td", `${(entry.took * 1000).toFixed(1)} ms`, "number"),
    element("td", entry.faults.join(", ")),
    element("td", changed(entry)),
  );
  return row;
}

function show(entry) {
  const body = (part) => (part ? part.text ?? `${part.size} bytes` : "");
  by("detail-title").textContent = `#${entry.seq} ${target(entry)}`;
  by("detail-text").textContent = [
    body(entry.request),
    `-> ${ending(entry)}`,
    body(entry.answer),
    ...entry.effects.map((effect) => JSON.stringify(effect)),
  ].filter(Boolean).join("\n\n");
  by("detail").hidden = false;
  by("detail").scrollIntoView({ block: "nearest" });
}

function drawExchanges() {
  const shown = exchanges.filter(fits);
  by("exchanges").replaceChildren(...shown.map(exchangeRow));
  by("shown").textContent = `${shown.length} of the newest ${exchanges.length} shown`;
}

/** What is no longer among those shown was forgotten, here or by somebody else. */
function addExchanges({ shown, added }) {
  const known = new Map([...exchanges, ...added].map((entry) => [entry.seq, entry]));
  exchanges = shown.filter((seq) => known.has(seq)).map((seq) => known.get(seq)).reverse();
  if (!paused) drawExchanges();
}

// How the server stands

function rows(id, list, cells) {
  by(id).replaceChildren(...list.map((entry) => {
    const row = element("tr");
    row.append(...cells(entry).map((text) => element("td", text ?? "")));
    return row;
  }));
}

function drawFaults(faults) {
  by("armed").replaceChildren(...faults.map(({ id, fault }) => {
    const item = element("li");
    const disarm = element("button", "Disarm");
    disarm.type = "button";
    disarm.setAttribute("aria-label", `Disarm fault ${id}`);
    disarm.addEventListener("click", () => send("DELETE", `faults/${id}`));
    item.append(disarm, ` #${id} `, element("code", JSON.stringify(fault)));
    return item;
  }));
  if (!faults.length) by("armed").append(element("li", "none is armed"));
}

function drawFields(id, fields) {
  const text = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  by(id).replaceChildren(...Object.entries(fields).flatMap(([key, value]) => [element("dt", key), element("dd", text(value))]));
}

function drawOverview({ around, summary, cluster, runs, sweeps }) {
  by("url").textContent = around.url;
  by("down").hidden = !around.down;
  by("clock").textContent = `server's clock ${moment(around.now).replace(".000Z", "Z")}`;
  by("seen").textContent = `${around.seen} requests${around.dropped ? `, the ${around.dropped} oldest are dropped` : ""}`;
  drawFaults(around.faults);
  if (!runs) return;
  by("counts").textContent = Object.entries(summary).map(([name, count]) => `${count} ${name}`).join(", ");
  rows("run-rows", runs, (run) => [run.id, run.name, run.status, run.sweep_id, run.command]);
  rows("sweep-rows", sweeps, (sweep) => [sweep.id, sweep.name, sweep.status, (sweep.run_ids || []).length, sweep.goal]);
  drawFields("cluster-fields", cluster);
}

function listen() {
  const source = new EventSource("live");
  source.addEventListener("open", () => { by("stream").textContent = "live"; });
  source.addEventListener("error", () => { by("stream").textContent = "not connected; trying again"; });
  source.addEventListener("exchanges", (event) => addExchanges(JSON.parse(event.data)));
  source.addEventListener("overview", (event) => drawOverview(JSON.parse(event.data)));
}

// Interfering

let kinds = [];

function writeFault() {
  const kind = kinds.find((each) => each.name === by("kind").value);
  if (!kind) return;
  const { method, path, ...rest } = kind.fault;
  // What takes the whole server down strikes no path alone.
  const where = method === undefined ? {} : { ...(by("method").value && { method: by("method").value }), path: by("path").value };
  const when = by("first").value ? { first: Number(by("first").value) } : {};
  by("fault").value = JSON.stringify({ ...where, ...rest, ...when }, null, 1);
  by("summary").textContent = kind.summary;
}

async function loadKinds() {
  kinds = await (await fetch("kinds")).json();
  by("kind").replaceChildren(...kinds.map((kind) => element("option", kind.name)));
  by("kind").value = "status-503";
  writeFault();
}

async function loadState(event) {
  const [file] = event.target.files;
  if (file) await send("PUT", "state", await file.text());
  event.target.value = "";
}

function start() {
  ["kind", "method", "path", "first"].forEach((id) => by(id).addEventListener("input", writeFault));
  by("arm").addEventListener("submit", (event) => {
    event.preventDefault();
    send("POST", "faults", by("fault").value);
  });
  by("disarm-all").addEventListener("click", () => send("DELETE", "faults"));
  by("filter").addEventListener("input", drawExchanges);
  by("pause").addEventListener("click", () => {
    paused = !paused;
    by("pause").setAttribute("aria-pressed", String(paused));
    if (!paused) drawExchanges();
  });
  by("forget").addEventListener("click", () => send("DELETE", "journal"));
  by("reset").addEventListener("click", () => send("POST", "reset"));
  by("advance").addEventListener("click", () => send("POST", "clock", { advance: Number(by("seconds").value) }));
  by("load").addEventListener("change", loadState);
  loadKinds().catch((error) => say(`the kinds of failures: ${error.message}`));
  listen();
}

start();
