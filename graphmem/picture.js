"use strict";
// Names and texts come from users: they reach the page by textContent and fillText only, never as markup.
const COLOURS = {
  PERSON: "#e4633b", ORG: "#3f7fe0", PLACE: "#2f9e6e", WORK: "#a462c9", EVENT: "#c98f06", PRODUCT: "#d4508f",
  GROUP: "#1698a8", DATE: "#8c7a62", CONCEPT: "#7c8da6", THING: "#9d8fb0",
  user: "#f0a829", session: "#45b3c9", org: "#7088f2", conversation: "#a7b0bf",
};
const SPRING = { relation: 150, mention: 80, DERIVED_FROM: 45, SUPERSEDES: 60 };
const $ = (selector) => document.querySelector(selector);
const canvas = $("#canvas"), pen = canvas.getContext("2d"), tip = $("#tip");
const data = JSON.parse($("#data").textContent);
const nodes = data.nodes.map((node) => ({ ...node, vx: 0, vy: 0, links: [] }));
const byId = new Map(nodes.map((node) => [node.id, node]));
const edges = data.edges.map((edge) => ({ ...edge, a: byId.get(edge.source), b: byId.get(edge.target) }));
const hidden = new Set(data.hidden);
const view = { x: 0, y: 0, k: 1 };
let width = 0, height = 0, heat = 0.5, hover = null, selected = null, found = null, pulled = null, dirty = true;
let theme = {}, touched = false;

for (const edge of edges) {
  edge.a.links.push(edge);
  if (edge.b !== edge.a) edge.b.links.push(edge);
}
for (const node of nodes) node.r = node.memory ? 6 : 6 + Math.min(14, 2.4 * Math.sqrt(node.links.length));
bend(edges);

/** Edges between the same two nodes are drawn apart. */
function bend(all) {
  const pairs = new Map();
  for (const edge of all) {
    const pair = [edge.source, edge.target].sort().join("\n");
    if (!pairs.has(pair)) pairs.set(pair, []);
    pairs.get(pair).push(edge);
  }
  for (const group of pairs.values())
    group.forEach((edge, i) => {
      const side = edge.source < edge.target ? 1 : -1;
      edge.bend = side * (i - (group.length - 1) / 2) * 34;
    });
}

const shown = (node) => !hidden.has(node.kind);
const visible = (edge) => shown(edge.a) && shown(edge.b);
const colour = (node) => COLOURS[node.kind] || COLOURS.THING;

// ---------------------------------------------------------------- forces

function step() {
  const live = nodes.filter(shown);
  repel(live);
  for (const edge of edges) if (visible(edge) && edge.a !== edge.b) pull(edge);
  for (const node of live) {
    node.vx -= node.x * 0.008 * heat;
    node.vy -= node.y * 0.008 * heat;
    if (node !== pulled) {
      node.x += (node.vx *= 0.62);
      node.y += (node.vy *= 0.62);
    }
  }
  heat *= 0.985;
}

/** Repulsion within a cell of a grid and its neighbours: far nodes hardly feel each other. */
function repel(live) {
  const size = 260, cells = new Map();
  const key = (x, y) => x * 100003 + y;
  for (const node of live) {
    const at = key(Math.floor(node.x / size), Math.floor(node.y / size));
    if (!cells.has(at)) cells.set(at, []);
    cells.get(at).push(node);
  }
  for (const node of live)
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (const other of cells.get(key(Math.floor(node.x / size) + dx, Math.floor(node.y / size) + dy)) || [])
          if (other !== node) push(node, other);
}

function push(node, other) {
  const x = node.x - other.x || 0.1, y = node.y - other.y || 0.1;
  const force = Math.min(14, (9000 * heat) / (x * x + y * y + 1) ** 0.8) / Math.hypot(x, y);
  node.vx += x * force;
  node.vy += y * force;
}

function pull({ a, b, kind }) {
  const x = b.x - a.x, y = b.y - a.y, length = Math.hypot(x, y) || 1;
  const force = ((length - (SPRING[kind] || 90)) / length) * heat * (kind === "mention" ? 0.05 : 0.12);
  a.vx += x * force; a.vy += y * force;
  b.vx -= x * force; b.vy -= y * force;
}

// ---------------------------------------------------------------- drawing

/** What stands out now: a clicked or hovered node with its neighbours, or what was searched for. */
function lit() {
  const centre = selected || hover;
  if (!centre) return found;
  const set = new Set([centre]);
  for (const edge of centre.links) if (visible(edge)) set.add(edge.a).add(edge.b);
  return set;
}

function draw() {
  const set = lit(), centre = selected || hover;
  const ratio = devicePixelRatio || 1;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.translate(view.x, view.y);
  pen.scale(view.k, view.k);
  const named = [];
  for (const edge of edges) if (visible(edge)) drawEdge(edge, set, centre, named);
  for (const node of nodes) if (shown(node)) drawNode(node, set);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawLabels(set, named);
}

function drawEdge(edge, set, centre, named) {
  const on = !set || (centre ? edge.a === centre || edge.b === centre : set.has(edge.a) && set.has(edge.b));
  const strong = edge.kind === "relation" || edge.kind === "SUPERSEDES";
  pen.globalAlpha = (on ? (strong ? 0.9 : 0.4) : 0.07) * (edge.closed ? 0.55 : 1);
  pen.strokeStyle = pen.fillStyle = edge.kind === "SUPERSEDES" ? "#d9534f" : set && on ? theme.accent : theme.edge;
  pen.lineWidth = strong ? 1.5 : 1;
  pen.setLineDash(edge.kind === "DERIVED_FROM" ? [3, 4] : edge.closed ? [6, 4] : []);
  const mid = curve(edge);
  pen.setLineDash([]);
  if (strong && on) named.push({ edge, mid, important: Boolean(set) });
}

/** The line with its arrow head; where its label goes. */
function curve({ a, b, bend: offset, kind }) {
  pen.beginPath();
  if (a === b) {
    pen.arc(a.x, a.y - a.r - 9, 10, 0, 7);
    pen.stroke();
    return { x: a.x, y: a.y - a.r - 24 };
  }
  const x = b.x - a.x, y = b.y - a.y, length = Math.hypot(x, y) || 1;
  const cx = (a.x + b.x) / 2 - (y / length) * offset * 2, cy = (a.y + b.y) / 2 + (x / length) * offset * 2;
  const angle = Math.atan2(b.y - cy, b.x - cx);
  const ex = b.x - Math.cos(angle) * (b.r + 3), ey = b.y - Math.sin(angle) * (b.r + 3);
  pen.moveTo(a.x, a.y);
  pen.quadraticCurveTo(cx, cy, ex, ey);
  pen.stroke();
  if (kind !== "mention") arrow(ex, ey, angle);
  return { x: (a.x + 2 * cx + b.x) / 4, y: (a.y + 2 * cy + b.y) / 4 };
}

function arrow(x, y, angle) {
  pen.beginPath();
  pen.moveTo(x, y);
  for (const turn of [-0.42, 0.42]) pen.lineTo(x - 8 * Math.cos(angle + turn), y - 8 * Math.sin(angle + turn));
  pen.fill();
}

function drawNode(node, set) {
  pen.globalAlpha = !set || set.has(node) ? 1 : 0.13;
  pen.beginPath();
  if (node.memory) pen.roundRect(node.x - node.r, node.y - node.r, 2 * node.r, 2 * node.r, 3);
  else pen.arc(node.x, node.y, node.r, 0, 7);
  pen.fillStyle = node.closed ? theme.bg : colour(node);
  pen.fill();
  pen.lineWidth = node === selected ? 3 : 1.5;
  pen.strokeStyle = node === selected ? theme.accent : node.closed ? colour(node) : theme.bg;
  pen.stroke();
}

/** Labels in screen size, below or above the node, the best connected first, none over another. */
function drawLabels(set, named) {
  const taken = [];
  const order = nodes.filter((n) => shown(n) && (set ? set.has(n) : !n.memory || view.k > 1.15));
  order.sort((p, q) => (q === hover) - (p === hover) || p.memory - q.memory || q.links.length - p.links.length);
  pen.textAlign = "center";
  pen.lineJoin = "round";
  for (const node of order) {
    pen.font = node.memory ? "11px system-ui, sans-serif" : "600 12px system-ui, sans-serif";
    const text = short(node.label, node.memory ? 34 : 28);
    const [x, y, r] = [node.x * view.k + view.x, node.y * view.k + view.y, node.r * view.k];
    label(text, x, y + r + 13, theme.ink, taken, false) || label(text, x, y - r - 5, theme.ink, taken, node === hover);
  }
  pen.font = "10px ui-monospace, monospace";
  for (const { edge, mid, important } of named)
    if (important || view.k > 0.6)
      label(edge.label, mid.x * view.k + view.x, mid.y * view.k + view.y + 3, theme.dim, taken, false);
}

function label(text, x, y, fill, taken, always) {
  const half = pen.measureText(text).width / 2 + 3;
  const box = [x - half, y - 11, x + half, y + 4];
  const clash = taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
  if ((clash && !always) || box[2] < 0 || box[0] > width || box[3] < 0 || box[1] > height) return false;
  taken.push(box);
  pen.globalAlpha = 1;
  pen.lineWidth = 3.5;
  pen.strokeStyle = theme.bg;
  pen.strokeText(text, x, y);
  pen.fillStyle = fill;
  pen.fillText(text, x, y);
  return true;
}

const short = (text, most) => (text.length > most ? text.slice(0, most - 1).trimEnd() + "…" : text);

function frame() {
  if (heat > 0.02) {
    step();
    dirty = true;
    if (!touched) fit();
  }
  if (dirty) { dirty = false; draw(); }
  requestAnimationFrame(frame);
}

// ---------------------------------------------------------------- panels

function element(tag, text, parent) {
  const made = document.createElement(tag);
  made.textContent = text;
  parent.append(made);
  return made;
}

function legend() {
  const counts = new Map();
  for (const node of nodes) counts.set(node.kind, (counts.get(node.kind) || 0) + 1);
  for (const kind of Object.keys(COLOURS).filter((kind) => counts.has(kind))) {
    const memory = nodes.some((node) => node.kind === kind && node.memory);
    const button = element("button", "", $("#legend"));
    const dot = element("span", "", button);
    dot.className = memory ? "dot square" : "dot";
    dot.style.background = COLOURS[kind];
    element("span", kind[0].toUpperCase() + kind.slice(1).toLowerCase() + (memory ? " memory" : ""), button);
    element("span", counts.get(kind), button).className = "count";
    button.title = "Show or hide";
    button.setAttribute("aria-pressed", String(!hidden.has(kind)));
    button.onclick = () => {
      if (!hidden.delete(kind)) hidden.add(kind);
      button.setAttribute("aria-pressed", String(!hidden.has(kind)));
      if (selected && !shown(selected)) select(null);
      heat = Math.max(heat, 0.3);
      counted();
    };
  }
}

function counted() {
  const some = (list, what) => `${list.length} ${what}${list.length === 1 ? "" : "s"}`;
  const now = nodes.filter(shown);
  $("#counts").textContent = [
    some(now.filter((n) => !n.memory), "entity").replace("entitys", "entities"),
    some(edges.filter((e) => visible(e) && e.kind === "relation"), "relation"),
    some(now.filter((n) => n.memory), "memory").replace("memorys", "memories"),
  ].join(" · ");
  dirty = true;
}

function select(node) {
  selected = node;
  dirty = true;
  $("#details").hidden = !node;
  if (!node) return;
  $("#details h2").textContent = node.label;
  const list = $("#details dl"), links = $("#links");
  list.replaceChildren();
  links.replaceChildren();
  for (const [name, value] of node.details) { element("dt", name, list); element("dd", value, list); }
  for (const edge of node.links.filter(visible)) link(edge, node, links);
}

function link(edge, node, parent) {
  const out = edge.a === node, other = out ? edge.b : edge.a;
  const button = element("button", out ? "" : "← ", parent);
  element("b", edge.label, button);
  button.append(`${out ? " → " : " "}${other.label}${edge.note ? `  (${edge.note})` : ""}`);
  button.onclick = () => { select(other); centre(other); };
}

function centre(node) {
  touched = true;
  view.x = width / 2 - node.x * view.k;
  view.y = height / 2 - node.y * view.k;
  dirty = true;
}

function search(text) {
  const words = text.toLowerCase().trim();
  found = words ? new Set(nodes.filter((node) => shown(node) && node.text.toLowerCase().includes(words))) : null;
  if (selected) select(null);
  dirty = true;
}

// ---------------------------------------------------------------- pointer, keys, size

function under(event) {
  const x = (event.clientX - view.x) / view.k, y = (event.clientY - view.y) / view.k;
  let best = null, nearest = Infinity;
  for (const node of nodes) {
    const distance = Math.hypot(node.x - x, node.y - y) - node.r;
    if (shown(node) && distance < nearest && distance < 5 / view.k) [best, nearest] = [node, distance];
  }
  return best;
}

let grip = null;
canvas.onpointerdown = (event) => {
  canvas.setPointerCapture(event.pointerId);
  touched = true;
  grip = { x: event.clientX, y: event.clientY, moved: 0, node: under(event) };
  pulled = grip.node;
  canvas.classList.add("pulling");
};
canvas.onpointermove = (event) => {
  if (!grip) return point(event);
  const dx = event.clientX - grip.x, dy = event.clientY - grip.y;
  Object.assign(grip, { x: event.clientX, y: event.clientY, moved: grip.moved + Math.abs(dx) + Math.abs(dy) });
  if (pulled) {
    pulled.x += dx / view.k;
    pulled.y += dy / view.k;
    heat = Math.max(heat, 0.25);
  } else {
    view.x += dx;
    view.y += dy;
  }
  tip.hidden = dirty = true;
};
canvas.onpointerup = () => {
  if (grip && grip.moved < 5) select(grip.node);
  grip = pulled = null;
  canvas.classList.remove("pulling");
};
canvas.onpointercancel = canvas.onpointerup;
canvas.onpointerleave = () => { hover = null; tip.hidden = dirty = true; };
canvas.ondblclick = fit;

function point(event) {
  const node = under(event);
  if (node !== hover) { hover = node; dirty = true; }
  canvas.classList.toggle("over", Boolean(node));
  tip.hidden = !node;
  if (!node) return;
  tip.textContent = node.text;
  tip.style.left = `${Math.min(event.clientX + 14, width - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(event.clientY + 14, height - tip.offsetHeight - 8)}px`;
}

function zoom(factor, x = width / 2, y = height / 2) {
  touched = true;
  const k = Math.min(6, Math.max(0.08, view.k * factor));
  view.x = x - ((x - view.x) * k) / view.k;
  view.y = y - ((y - view.y) * k) / view.k;
  view.k = k;
  dirty = true;
}

function fit() {
  const live = nodes.filter(shown);
  if (!live.length) return;
  const xs = live.map((n) => n.x), ys = live.map((n) => n.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = width > 800 ? 320 : 16;
  const room = width - margin - 60;
  view.k = Math.min(1.6, room / (right - left + 80), (height - 80) / (bottom - top + 80));
  view.x = margin + 20 + room / 2 - ((left + right) / 2) * view.k;
  view.y = height / 2 - ((top + bottom) / 2) * view.k;
  dirty = true;
}

function resize() {
  [width, height] = [innerWidth, innerHeight];
  const ratio = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  dirty = true;
}

function paint() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["bg", "ink", "dim", "edge", "accent"]) theme[name] = style.getPropertyValue(`--${name}`).trim();
  dirty = true;
}

canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * 0.0016), event.clientX, event.clientY);
}, { passive: false });
addEventListener("resize", resize);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== $("#search")) { event.preventDefault(); $("#search").focus(); }
  if (event.key === "Escape") { select(null); search(($("#search").value = "")); }
  if (event.key === "Enter" && document.activeElement === $("#search") && found && found.size) {
    const [first] = found;
    select(first);
    centre(first);
  }
});
$("#search").oninput = (event) => search(event.target.value);
$("#plus").onclick = () => zoom(1.3);
$("#minus").onclick = () => zoom(1 / 1.3);
$("#fit").onclick = fit;
$("#close").onclick = () => select(null);
$("h1").textContent = document.title;

paint();
resize();
legend();
counted();
// Most of the way is walked before the first frame; the rest is seen, unless motion is unwelcome.
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
for (let i = 0; i < (still ? 240 : 120); i++) step();
if (still) heat = 0;
fit();
frame();
