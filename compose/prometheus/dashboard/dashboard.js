"use strict";
// Draws panels.json from Prometheus, which serves this page: no other server, no account, nothing
// fetched from elsewhere. Lines differ by dashes as well as by colour, and every line's last value
// stands below the chart in words.

const STEPS = 120;
const REFRESH_SECONDS = 15;
const COLOURS = ["#1f6fb2", "#b25a00", "#2c7a39", "#8a3ea8", "#a3141b", "#5b5b5b"];
const DASHES = ["", "6 3", "2 2", "10 3 2 3", "1 4", "8 2 2 2 2 2"];
const WIDTH = 400, HEIGHT = 110;
const SVG = "http://www.w3.org/2000/svg";

async function asked(path, parameters) {
  const answer = await fetch("../api/v1/" + path + "?" + new URLSearchParams(parameters || {}));
  const said = await answer.json();
  if (said.status !== "success") throw new Error(said.error || String(answer.status));
  return said.data;
}

function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function labelled(template, labels) {
  return template.replace(/\{(\w+)\}/g, (_, name) => labels[name] || "?");
}

function rounded(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}

function stroke(number) {
  return {
    fill: "none", stroke: COLOURS[number % COLOURS.length], "stroke-width": 2,
    "stroke-dasharray": DASHES[number % DASHES.length], "vector-effect": "non-scaling-stroke",
  };
}

function pathOf(values, from, to, top) {
  let path = "", pen = "M";
  for (const [time, text] of values) {
    const value = Number(text);
    if (!isFinite(value)) { pen = "M"; continue; }
    const x = WIDTH * (time - from) / (to - from), y = HEIGHT * (1 - value / top);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return path;
}

function chart(panel, series, from, to) {
  const numbers = series.flatMap(each => each.values.map(pair => Number(pair[1])));
  const top = Math.max(1e-9, ...numbers.filter(isFinite));
  const svg = drawn("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
    "aria-label": `${panel.title}: the values below, over time; at most ${rounded(top)}`,
  });
  svg.append(drawn("path", { d: `M0 ${HEIGHT}H${WIDTH}`, stroke: "currentColor", opacity: 0.4 }));
  series.forEach((each, number) => svg.append(
    drawn("path", { d: pathOf(each.values, from, to, top), ...stroke(number) })));
  return [svg, element("small", {}, `highest: ${rounded(top)} ${panel.unit}`)];
}

function legend(panel, series) {
  const table = element("table");
  series.forEach((each, number) => {
    const row = element("tr"), key = element("td"), sign = drawn("svg", { viewBox: "0 0 30 10" });
    sign.append(drawn("path", { d: "M0 5H30", ...stroke(number) }));
    key.append(sign);
    const last = Number(each.values[each.values.length - 1][1]);
    row.append(key, element("th", { scope: "row" }, labelled(panel.label, each.metric)),
      element("td", { class: "value" }, isFinite(last) ? `${rounded(last)} ${panel.unit}` : "–"));
    table.append(row);
  });
  return table;
}

async function draw(panel, box, from, to) {
  const data = await asked("query_range", {
    query: panel.expr, start: from, end: to, step: Math.max(15, (to - from) / STEPS),
  });
  const parts = data.result.length
    ? [...chart(panel, data.result, from, to), legend(panel, data.result)]
    : [element("p", {}, "Nothing yet.")];
  box.replaceChildren(element("h2", {}, panel.title), ...parts);
}

async function drawAlerts(list) {
  const { alerts } = await asked("alerts");
  const firing = alerts.filter(each => each.state === "firing");
  list.replaceChildren(...firing.map(each => element("li", { class: "firing" },
    `${each.labels.severity}: ${each.annotations.summary}. ${each.annotations.action}`)));
  if (!firing.length) list.append(element("li", {}, "None."));
}

async function main() {
  const panels = await (await fetch("panels.json")).json();
  const boxes = panels.map(panel => element("section", { class: "panel" }, panel.title));
  document.getElementById("panels").append(...boxes);
  const hours = document.getElementById("hours"), said = document.getElementById("asked");
  async function refresh() {
    const to = Date.now() / 1000, from = to - 3600 * Number(hours.value);
    try {
      await Promise.all([drawAlerts(document.getElementById("alerts")),
        ...panels.map((panel, number) => draw(panel, boxes[number], from, to))]);
      said.textContent = `As of ${new Date().toLocaleTimeString("en-GB")}.`;
    } catch (why) {
      said.textContent = `Prometheus does not answer (${why.message}); what stands here is old.`;
    }
  }
  hours.addEventListener("change", refresh);
  await refresh();
  setInterval(refresh, 1000 * REFRESH_SECONDS);
}

main();
