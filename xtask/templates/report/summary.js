// The head of the page: what, who, when, and what needs attention. It is made again with every change.

function summary() {
  const head = model.head;
  const run = section('facts', 'Run', runFacts(head));
  const first = head.good ? [run, trouble(head)] : [trouble(head), run];
  return [...first, section('hosts', 'Hosts', hostTable(head))];
}

function headline() {
  const head = model.head;
  const exit = head.exit ? `, exit ${head.exit}` : '';
  const word = head.state === 'running' ? 'running' : head.word;
  return el('div', { class: 'headline' },
    el('h1', null, head.step),
    el('p', { class: 'verdict' },
      el('span', { class: `badge big ${headKind(head)}` }, word + exit),
      head.verdict && el('span', null, ` ${head.verdict}`)));
}

const headKind = (head) => (head.state === 'running' ? 'work'
  : head.state === 'done' && head.good ? 'changed' : head.state === 'undone' || head.state === 'partly_undone' ? 'undone'
    : head.state === 'stopped' || head.state === 'killed' ? 'open' : 'failed');

function runFacts(head) {
  const place = head.document;
  return facts([
    ['Command', head.command && command(head.command)],
    ['Alias', head.alias],
    ['Who', [head.user, head.from].filter(Boolean).join(' on ')],
    ['Ticket', head.ticket],
    ['Reason', head.reason],
    ['Plan', head.plan && [`${head.plan.path} `, el('span', { class: 'faint' }, `SHA-256 ${head.plan.sha256.slice(0, 12)}`)]],
    ['Began', head.began && when(head.began)],
    ['Ended', head.state !== 'running' && head.ended && when(head.ended)],
    ['Took', `${lasting(head.seconds)}${head.processes.length > 1 ? ` in ${head.processes.length} processes` : ''}`],
    ['Document', place && documentLine(place)],
    ['On', head.rehearsal && 'throw-away hosts of a rehearsal'],
    ['Undoes', head.undoes],
    ['Undone by', head.undone_by.join(', ')],
    ['Inventory', head.inventory_sha256 && [`${head.inventory ?? 'the sample of the program'} `, el('span', { class: 'faint' }, `SHA-256 ${head.inventory_sha256.slice(0, 12)}`)]],
    ['Directory', head.cwd],
    ['Program', head.program],
    ['Record', `${head.run}, ${many(head.lines, 'line')}`],
    ['Damage', head.damage.length > 0 && el('strong', { class: 'bad' }, head.damage.join('; '))],
  ]);
}

// Where the document has a step: "upgrade.md, lines 111-115 (WS-15)".
function documentLine(place) {
  const file = place.file || 'document';
  const lines = place.lines ? `${file}, line${/^\d+$/.test(place.lines) ? '' : 's'} ${place.lines}` : file;
  return place.records ? `${lines} (${place.records})` : lines;
}

// What a reader at two o'clock looks for: the failures, what is open, and the next command.
function trouble(head) {
  // What an earlier process has left on a host was done again.
  const last = new Map(model.ops.map((op) => [op.host, op.process]));
  const bad = model.ops.filter((op) => op.process === last.get(op.host) && !op.good && kindOf(op) !== 'work');
  const groups = grouped(bad);
  const more = groups.length - 20;
  const lost = new Map();
  for (const host of head.hosts.filter((one) => one.lost)) lost.set(host.outcome, [...lost.get(host.outcome) ?? [], host.host]);
  // An open item has its command beside it.
  const next = head.next.filter((one) => !head.open.some((item) => one.command.endsWith(` ${item.closes}`)));
  const title = head.good && !groups.length && !lost.size ? (head.open.length ? 'What is still open' : 'Next commands') : 'What needs attention';
  const parts = [
    head.error && el('article', { class: 'failure' }, el('h3', null, 'The run'), el('pre', { class: 'error' }, head.error)),
    ...groups.slice(0, 20).map(failure),
    more > 0 && el('p', null, `and ${more} more: see the operations below`),
    ...[...lost].map(([word, hosts]) => el('p', { class: 'lost' }, badge(word, false), ` ${fold(hosts)}`)),
    ...head.open.map((item) => el('article', { class: 'opened' },
      el('h3', null, `Open on ${item.host}: ${item.what}`), el('p', null, 'since ', when(item.since), ', closed by ', command(`cargo xtask ${item.closes}`)))),
    next.length > 0 && el('ul', { class: 'next' }, next.map((one) => el('li', null, `${one.aim}: `, command(one.command)))),
  ].filter(Boolean);
  return parts.length ? section('attention', title, ...parts) : null;
}

function failure(group) {
  const op = group.ops[0];
  const body = [];
  if (op.error) body.push(el('pre', { class: 'error' }, text(op.error)));
  else if (op.took < 0) body.push(el('p', null, 'it started, and its end is unknown'));
  const outputs = op.printed.filter((one) => text(one.text) || one.cut);
  if (outputs.length) {
    const of = group.ops.length > 1 ? ` of ${text(op.host)}` : '';
    const key = `output ${group.key}`;
    const node = el('details', { open: !view.shut.has(key) }, el('summary', null, `output${of}`), outputs.map(printed));
    body.push(remembered(node, key));
  }
  return el('article', { class: 'failure' },
    el('h3', null, badge(text(op.outcome), false), ` ${fold(group.hosts)}: ${text(op.what) || 'outside any operation'}`),
    op.stage !== 0 && el('p', { class: 'faint' }, `stage ${text(op.stage)}`), ...body);
}

function hostTable(head) {
  const words = new Map();
  for (const host of head.hosts) {
    if (!words.has(host.outcome)) words.set(host.outcome, []);
    words.get(host.outcome).push(host);
  }
  const groups = [...words].sort((a, b) => Number(a[1][0].good) - Number(b[1][0].good));
  const names = (hosts) => fold(hosts.map((host) => host.host));
  if (!groups.length) return el('p', null, 'no host was reached');
  return table('Hosts by result', ['Result', 'Number', 'Hosts'], groups.map(([word, hosts]) => [
    badge(word, hosts[0].good), hosts.length.toLocaleString('en'), el('span', { class: 'names' }, names(hosts)),
  ]));
}

// What belongs to the run and to no operation.
function evidence() {
  const head = model.head;
  const people = head.answers.map((it) => [
    when(it.at), it.kind, it.what, it.answer || '–', it.user ?? head.user,
  ]);
  const stages = head.stages.map((it) => [
    it.name, it.document ? documentLine(it.document) : '', when(it.began, true), it.ended ? lasting((Date.parse(it.ended) - Date.parse(it.began)) / 1000) : isRunning() ? 'at work' : 'no end',
  ]);
  const processes = head.processes.map((it, at) => [
    String(at + 1), it.kind ?? 'start', when(it.began), it.exit === null ? (isRunning() && at + 1 === head.processes.length ? 'running' : 'no end') : `exit ${it.exit}`,
    `${it.user} on ${it.from}`, it.only ? fold(it.only) : 'all',
  ]);
  const backups = head.backups.map((it) => [
    it.thing, `${it.host}:${it.place}`, when(it.made), it.manifest.slice(0, 12), it.checks.join(', '),
  ]);
  const clusters = head.clusters.map((it) => [when(it.at), it.name, it.host, it.when, it.reading]);
  const shown = head.hosts.filter((host) => host.identity);
  const identities = shown.map((host) => [
    host.host, el('code', null, host.identity.machine_id), el('code', null, host.identity.host_key), host.identity.pin,
  ]);
  const found = head.findings.map((it) => [
    it.about ?? it.name, it.text.includes('\n') ? el('pre', null, it.text) : it.text,
  ]);
  const parts = [
    part('Questions and acknowledgements', people, ['When', 'Kind', 'What', 'Answer or evidence', 'Who'], true),
    part('Findings', found, ['About', 'Found'], true),
    part('Backups', backups, ['What', 'Where', 'Made', 'Manifest', 'Checks'], true),
    part('Stages', stages, ['Stage', 'Document', 'Began', 'Took']),
    processes.length > 1 && part('Processes', processes, ['', 'Why', 'Began', 'End', 'Who', 'Hosts'], true),
    part('Clusters', clusters, ['When', 'Cluster', 'Host', 'At', 'Reading']),
    part('Identity of the hosts', identities, ['Host', 'Machine id', 'Host key', 'Pin']),
  ].filter(Boolean);
  return parts.length ? section('record', 'From the record', ...parts) : null;
}

function part(title, rows, heads, open) {
  if (!rows.length) return null;
  const key = `part ${title}`;
  const node = el('details', { open: view.open.has(key) || (open && !view.shut.has(key)) },
    el('summary', null, el('h3', null, title), el('span', { class: 'faint' }, ` ${rows.length}`)), table(title, heads, rows));
  return remembered(node, key);
}
