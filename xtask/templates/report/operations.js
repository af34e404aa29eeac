// The operations: those that read alike once, with their hosts; each opens with diff and output.

// Groups of operations that read alike. A host is in the first of equal groups once, and so on.
function grouped(ops) {
  const groups = [];
  const alike = new Map();
  for (const op of ops) {
    const key = [op.process, op.stage, op.what, op.outcome, op.error, op.undo, op.undone, op.changed].join(' ');
    if (!alike.has(key)) alike.set(key, { own: [], counts: new Map() });
    const { own, counts } = alike.get(key);
    const count = counts.get(op.host) ?? 0;
    counts.set(op.host, count + 1);
    if (own[count]) own[count].ops.push(op);
    else groups.push(own[count] = { key: `${key} ${count}`, ops: [op] });
  }
  const order = new Map(model.head.hosts.map((host, at) => [host.host, at]));
  for (const group of groups) {
    const names = group.ops.map((op) => text(op.host));
    group.hosts = names.sort((a, b) => order.get(a) - order.get(b));
    group.took = group.ops.reduce((most, op) => Math.max(most, op.took), -1);
  }
  return groups;
}

// Opens again what was open before the page was made again; its key also brings the focus back.
function remembered(details, key) {
  details.dataset.key = key;
  details.addEventListener('toggle', () => {
    (details.open ? view.open : view.shut).add(key);
    (details.open ? view.shut : view.open).delete(key);
  });
  return details;
}

// A line that opens. `body` is made when it is opened for the first time.
function folded(key, line, body, attributes) {
  const details = el('details', { ...attributes, open: view.open.has(key) }, el('summary', null, ...line));
  const fill = () => {
    if (details.open && details.children.length === 1) details.append(...body().filter(Boolean));
  };
  details.addEventListener('toggle', fill);
  // Printing does not wait for the event.
  details.fill = fill;
  fill();
  return remembered(details, key);
}

function marks(op) {
  return [
    op.wait && el('span', { class: 'mark' }, 'wait'),
    op.undone && el('span', { class: 'mark' }, 'undone'),
    isNoReturn(op) && el('span', { class: 'mark final' }, '◆ no undo'),
  ];
}

const took = (op, milliseconds) => el('span', { class: 'took' }, milliseconds < 0 ? '' : lasting(milliseconds / 1000));
const nameOf = (op) => text(op.what) || 'outside any operation';

// Diff, error and output of one operation.
function details(op) {
  return [
    op.error ? el('pre', { class: 'error' }, text(op.error)) : null,
    op.diff ? diff(text(op.diff)) : null,
    ...op.printed.map(printed),
    !op.error && !op.diff && !op.printed.length ? el('p', { class: 'faint' }, 'nothing was printed, and no text was changed') : null,
  ];
}

// One operation of a host.
function operation(op) {
  const began = new Date(start() + op.began);
  return folded(`op ${op.at}`, [
    el('span', { class: 'faint' }, when(began.toISOString(), true)), badge(text(op.outcome), op.good, op.undone),
    el('span', { class: 'what' }, nameOf(op)), ...marks(op), took(op, op.took),
  ], () => details(op), { class: `op ${kindOf(op)}`, id: `op-${op.at}` });
}

// The most different contents of a group that are shown at once.
const VARIANTS = 20;

// A group: what its hosts have in common once, each different content once.
function groupOf(group) {
  const op = group.ops[0];
  const all = model.head.hosts.length;
  const count = group.hosts.length;
  const hosts = count > 1 && count === all ? `all ${many(all, 'host')}` : fold(group.hosts);
  return folded(`group ${group.key}`, [
    badge(text(op.outcome), op.good, op.undone), el('span', { class: 'what' }, nameOf(op)),
    el('span', { class: 'hosts', title: many(count, 'host') }, hosts), ...marks(op), took(op, group.took),
  ], () => variants(group), { class: `op ${kindOf(op)}` });
}

// The errors, the diffs and the outputs of a group, each with the hosts that have it.
function variants(group) {
  const kinds = [
    [(op) => op.error, (op) => [el('pre', { class: 'error' }, text(op.error))]],
    [(op) => op.diff, (op) => [diff(text(op.diff))]],
    [(op) => op.printed.map((one) => `${one.stream} ${one.text} ${one.cut}`).join(' '), (op) => op.printed.map(printed)],
  ];
  const nodes = kinds.flatMap(([key, body]) => {
    const same = new Map();
    for (const op of group.ops) {
      const own = key(op);
      if (!own) continue;
      if (!same.has(own)) same.set(own, []);
      same.get(own).push(op);
    }
    const all = [...same.values()].map((ops) => [
      ops.length < group.ops.length && el('p', { class: 'label' }, `on ${fold(ops.map((op) => text(op.host)))}`), ...body(ops[0]),
    ].filter(Boolean));
    const first = all.slice(0, VARIANTS).flat();
    if (all.length > VARIANTS) {
      const more = el('button', { type: 'button' }, `show the other ${all.length - VARIANTS}`);
      more.addEventListener('click', () => more.replaceWith(...all.slice(VARIANTS).flat()));
      first.push(more);
    }
    return first;
  });
  return nodes.length ? nodes : details(group.ops[0]);
}

// The operations, stage by stage.
function operations(ops) {
  const stages = [];
  for (const group of grouped(ops)) {
    const op = group.ops[0];
    const last = stages[stages.length - 1];
    if (last && last.stage === op.stage && last.process === op.process) last.groups.push(group);
    else stages.push({ stage: op.stage, process: op.process, groups: [group] });
  }
  return stages.flatMap(({ stage, process, groups }) => [stageTitle(stage, process), ...groups.map(groupOf)]).filter(Boolean);
}

function stageTitle(stage, process) {
  const again = process > 0 ? `${model.head.processes[process]?.kind ?? 'resume'} ${process}: ` : '';
  if (stage === 0) return again ? el('h3', null, `${again}operations`) : null;
  const place = model.head.stages.find((it) => it.name === text(stage))?.document;
  const line = place ? el('span', { class: 'faint' }, ` ${documentLine(place)}`) : null;
  return el('h3', null, `${again}${text(stage)}`, line);
}
