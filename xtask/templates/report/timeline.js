// A bar for each operation of each host, over one clock. Bars are made when their row comes into view.

// The clock: one span for each process, with a narrow gap for the time between two of them.
function scale() {
  const GAP = 3;
  const from = start();
  const spans = model.head.processes.map((process) => ({
    from: Date.parse(process.began) - from, to: Date.parse(process.last) - from,
  }));
  if (!spans.length) spans.push({ from: 0, to: 1 });
  for (const op of model.ops) {
    const span = spans[op.process];
    if (span) span.to = Math.max(span.to, op.began + Math.max(op.took, 0));
  }
  if (isRunning()) spans[spans.length - 1].to = Math.max(spans[spans.length - 1].to, now() - from);
  const length = (span) => Math.max(span.to - span.from, 1);
  const sum = spans.reduce((all, span) => all + length(span), 0);
  const room = 100 - GAP * (spans.length - 1);
  let at = 0;
  for (const span of spans) {
    span.at = at;
    span.width = (length(span) / sum) * room;
    at += span.width + GAP;
  }
  const place = (milliseconds, process) => {
    const span = spans[process] ?? spans[0];
    const part = (milliseconds - span.from) / length(span);
    return span.at + Math.min(Math.max(part, 0), 1) * span.width;
  };
  return { spans, place, gap: GAP };
}

function positioned(node, left, width) {
  node.style.left = `${left.toFixed(3)}%`;
  if (width !== undefined) node.style.width = `${width.toFixed(3)}%`;
  return node;
}

// The bars of one host.
function bars(ops, clockOf) {
  const nodes = [];
  for (const op of ops) {
    const from = clockOf.place(op.began, op.process);
    const end = op.took < 0 ? (kindOf(op) === 'work' ? now() - start() : op.began) : op.began + op.took;
    const width = Math.max(clockOf.place(end, op.process) - from, 0);
    const length = op.took < 0 ? '' : `, ${lasting(op.took / 1000)}`;
    const title = `${nameOf(op)}: ${text(op.outcome)}${length}`;
    const bar = el('i', { class: `bar ${op.wait && op.good ? 'wait' : kindOf(op)}`, title });
    bar.addEventListener('click', () => reveal(op));
    nodes.push(positioned(bar, from, width));
    if (isNoReturn(op) && !op.undone) nodes.push(positioned(el('b', { class: 'wall', title: `no undo: ${nameOf(op)}` }, '◆'), from + width));
  }
  return nodes;
}

// The axis: the stages of the whole run, the gaps between processes, and times.
function axis(clockOf) {
  const from = start();
  const outer = model.head.stages.filter((stage) => !model.head.stages.some((other) =>
    other.process === stage.process && stage.name.startsWith(`${other.name}/`)));
  const stages = outer.map((stage, at) => {
    const last = clockOf.spans[stage.process]?.to ?? 0;
    const left = clockOf.place(Date.parse(stage.began) - from, stage.process);
    const right = clockOf.place(stage.ended ? Date.parse(stage.ended) - from : last, stage.process);
    const place = stage.document ? ` – ${documentLine(stage.document)}` : '';
    return positioned(el('span', { class: `stage ${at % 2 ? 'odd' : 'even'}`, title: stage.name + place }, stage.name), left, right - left);
  });
  const gaps = clockOf.spans.slice(1).map((span, at) => {
    const pause = (span.from - clockOf.spans[at].to) / 1000;
    return positioned(el('span', { class: 'gap', title: `${lasting(Math.max(pause, 0))} between two processes` }), span.at - clockOf.gap, clockOf.gap);
  });
  const ticks = clockOf.spans.flatMap((span) => {
    const count = Math.max(1, Math.round(span.width / 25));
    return [...Array(count + 1).keys()].filter((at) => at < count || span === clockOf.spans[clockOf.spans.length - 1]).map((at) => {
      const part = at / count;
      const date = new Date(from + span.from + part * (span.to - span.from));
      const time = span.to - span.from < 8000 ? `${clock(date)}.${String(date.getMilliseconds()).padStart(3, '0').slice(0, 1)}` : clock(date);
      return positioned(el('span', { class: `tick${span.at + part * span.width > 88 ? ' end' : ''}` }, time), span.at + part * span.width);
    });
  });
  return el('div', { class: stages.length || gaps.length ? 'axis' : 'axis bare', 'aria-hidden': 'true' },
    el('span', { class: 'who' }), el('div', { class: 'lane' }, el('div', { class: 'stages' }, stages, gaps), el('div', { class: 'ticks' }, ticks)));
}

// "12 operations: 8 changed, 4 kept"
function counted(ops) {
  const words = new Map();
  for (const op of ops) words.set(text(op.outcome), (words.get(text(op.outcome)) ?? 0) + 1);
  return `${many(ops.length, 'operation')}${ops.length ? ': ' : ''}${[...words].map(([word, count]) => `${count} ${word}`).join(', ')}`;
}

// A host: its bars, and below them its operations when it is open.
function row(host, ops, clockOf) {
  const lane = el('div', { class: 'lane', role: 'img', 'aria-label': counted(ops) });
  const open = view.hosts.has(host.host);
  const id = `host-${host.host}`;
  const button = el('button', { type: 'button', class: 'name', 'aria-expanded': String(open), 'aria-controls': id }, host.host);
  const own = el('div', { class: 'own', id });
  const fill = () => {
    const shown = view.hosts.has(host.host);
    button.setAttribute('aria-expanded', String(shown));
    own.hidden = !shown;
    if (shown && !own.firstChild) own.append(el('p', { class: 'faint' }, counted(ops)), ...ops.map(operation));
  };
  button.addEventListener('click', () => {
    if (!view.hosts.delete(host.host)) view.hosts.add(host.host);
    fill();
  });
  fill();
  const node = el('li', { class: 'row', 'data-host': host.host },
    el('div', { class: 'line' }, el('div', { class: 'who' }, button, badge(host.outcome, host.good, host.outcome === 'undone')), lane), own);
  node.fill = () => {
    if (!lane.firstChild) lane.append(...bars(ops, clockOf));
  };
  return node;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    entry.target.fill();
  }
}, { rootMargin: '600px' });

// The rows of the hosts that have something to show, those that need attention first.
function timeline(ops, all) {
  const own = new Map();
  for (const op of ops) {
    const name = text(op.host);
    if (!own.has(name)) own.set(name, []);
    own.get(name).push(op);
  }
  const hosts = model.head.hosts.filter((host) => (all && !view.filter.hosts) || own.has(host.host)
    || (all && view.filter.hosts?.(host.host)));
  const order = [...hosts.filter((host) => !host.good), ...hosts.filter((host) => host.good)];
  const clockOf = scale();
  const rows = order.map((host) => row(host, own.get(host.host) ?? [], clockOf));
  watcher.disconnect();
  rows.forEach((node) => watcher.observe(node));
  const list = el('ol', { class: 'rows', role: 'list', 'aria-label': 'Hosts' }, rows);
  return { node: el('div', { class: 'chart' }, axis(clockOf), list), shown: order.length, rows };
}
