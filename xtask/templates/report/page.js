// The page: its parts, the filters, the two themes, printing, and the changes of a run that is still at work.

const view = {
  open: new Set(), shut: new Set(), hosts: new Set(), zoom: 1, rows: [],
  filter: { words: '', hosts: null, outcome: '', stage: '' },
};

const OUTCOMES = [
  ['', 'all results'], ['bad', 'needs attention'], ['changed', 'changed'], ['kept', 'kept'], ['wait', 'waits'],
  ['wall', 'no undo'], ['undone', 'undone'],
];

function fits(op, outcome) {
  if (outcome === 'bad') return !op.good;
  if (outcome === 'wait') return op.wait;
  if (outcome === 'wall') return isNoReturn(op);
  return outcome === '' || kindOf(op) === outcome;
}

const lower = [];

// The operations that the filters let through. A text is looked at once, however many operations have it.
function selected() {
  const { words, hosts, outcome, stage } = view.filter;
  const hit = new Set();
  if (words) {
    for (let place = lower.length; place < model.texts.length; place += 1) lower.push(model.texts[place].toLowerCase());
    lower.forEach((one, place) => one.includes(words) && hit.add(place));
  }
  const named = new Map();
  const isNamed = (place) => {
    if (!named.has(place)) named.set(place, hosts(text(place)));
    return named.get(place);
  };
  const inStage = (place) => text(place) === stage || text(place).startsWith(`${stage}/`);
  const has = (op) => [op.what, op.outcome, op.error, op.diff, op.host, op.stage].some((place) => hit.has(place))
    || op.printed.some((one) => hit.has(one.text));
  return model.ops.filter((op) => (!hosts || isNamed(op.host)) && fits(op, outcome)
    && (stage === '' || inStage(op.stage)) && (!words || has(op)));
}

const parts = {};

function build() {
  const put = (name, node) => {
    parts[name] = node;
    return node;
  };
  document.getElementById('page').append(
    el('a', { class: 'skip', href: '#timeline' }, 'to the timeline'),
    el('header', { class: 'top' }, put('headline', el('div')), toolbar(), put('live', el('p', { class: 'live', role: 'status' }))),
    el('main', { id: 'main' }, put('summary', el('div')),
      section('timeline', 'Timeline', filters(), legend(), put('timeline', el('div'))),
      section('operations', 'Operations', put('operations', el('div'))), put('evidence', el('div'))),
    put('footer', el('footer')),
  );
}

function toolbar() {
  const theme = el('button', { type: 'button' }, 'dark');
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  };
  const name = () => { theme.textContent = isDark() ? 'light' : 'dark'; };
  theme.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    name();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  name();
  theme.setAttribute('aria-label', 'change between light and dark');
  return el('div', { class: 'tools' }, theme, el('button', { type: 'button', onclick: () => print() }, 'print'));
}

function filters() {
  let timer;
  const later = (set) => (event) => {
    set(event.target.value);
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  };
  const { filter } = view;
  const words = el('input', { type: 'search', id: 'words', placeholder: 'operation, diff, output', oninput: later((value) => { filter.words = value.trim().toLowerCase(); }) });
  const hosts = el('input', { type: 'search', id: 'named', placeholder: 'paas[1-3], web', oninput: later((value) => { filter.hosts = hostTest(value); }) });
  const outcome = el('select', { id: 'outcome', onchange: later((value) => { filter.outcome = value; }) },
    OUTCOMES.map(([value, name]) => el('option', { value }, name)));
  parts.stage = el('select', { id: 'stage', onchange: later((value) => { filter.stage = value; }) });
  parts.zoom = el('select', { id: 'zoom', onchange: (event) => zoom(event.target.value) },
    [1, 2, 5, 10, 50].map((value) => el('option', { value }, `${value}×`)));
  parts.count = el('p', { class: 'count', role: 'status' });
  const field = (name, input) => el('label', { for: input.id }, el('span', null, name), input);
  addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      words.focus();
    }
  });
  return el('div', { role: 'search', 'aria-label': 'Hosts and operations' },
    el('div', { class: 'filters' }, field('Search ( / )', words), field('Hosts', hosts), field('Result', outcome), field('Stage', parts.stage), field('Zoom', parts.zoom)),
    parts.count);
}

function zoom(value) {
  view.zoom = Number(value);
  parts.timeline.style.setProperty('--zoom', value);
}

function legend() {
  const names = [
    ['changed', 'changed'], ['kept', 'kept'], ['wait', 'wait'], ['failed', 'failed'], ['open', 'not finished, unreachable'], ['undone', 'undone'], ['work', 'at work'],
  ];
  const one = ([word, name]) => el('li', null, el('i', { class: `bar ${word}` }), name);
  return el('ul', { class: 'legend', 'aria-label': 'Legend' }, names.map(one), el('li', null, el('b', { class: 'wall' }, '◆'), 'no undo'));
}

// Makes the timeline and the operations again.
function show() {
  const { words, outcome, stage } = view.filter;
  const ops = selected();
  const all = !words && !outcome && !stage;
  const { node, shown, rows } = timeline(ops, all);
  view.rows = rows;
  parts.timeline.replaceChildren(shown ? node : el('p', { class: 'none' }, 'no host has such an operation'));
  parts.operations.replaceChildren(...chunked(operations(ops)));
  const hosts = model.head.hosts.length;
  parts.count.textContent = `${shown === hosts ? '' : `${shown.toLocaleString('en')} of `}${many(hosts, 'host')}, ${ops.length === model.ops.length ? '' : `${ops.length.toLocaleString('en')} of `}${many(model.ops.length, 'operation')}`;
}

// The first nodes, and a button for the next ones.
function chunked(nodes, most = 400) {
  if (!nodes.length) return [el('p', { class: 'none' }, 'no operation')];
  if (nodes.length <= most) return nodes;
  const more = el('button', { type: 'button' }, `show more (${many(nodes.length - most, 'line')})`);
  more.addEventListener('click', () => more.replaceWith(...chunked(nodes.slice(most), most)));
  return [...nodes.slice(0, most), more];
}

// Makes everything again that depends on the data; what was open and focused stays so.
function render() {
  const focused = focusedPlace();
  const { head } = model;
  document.title = `${head.step}: ${head.word} – ${head.run}`;
  parts.headline.replaceChildren(headline());
  parts.summary.replaceChildren(...summary().filter(Boolean));
  const names = [...new Set(head.stages.map((stage) => stage.name))];
  const options = [['', 'all stages'], ...names.map((name) => [name, name])];
  parts.stage.replaceChildren(...options.map(([value, name]) => el('option', { value, selected: value === view.filter.stage }, name)));
  parts.stage.closest('label').hidden = !names.length;
  show();
  parts.evidence.replaceChildren(...[evidence()].filter(Boolean));
  parts.footer.replaceChildren(el('p', null, 'Made ', when(head.made), ` by xtask ${head.maker} from the record ${head.record}`));
  if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
}

// A selector of the element with the focus that is true after the page was made again: of a host, of a line that opens, of
// a button that copies.
function focusedPlace() {
  const node = document.activeElement;
  const is = (name, value) => `[${name}="${CSS.escape(value)}"]`;
  const host = node?.getAttribute('aria-controls');
  if (host) return is('aria-controls', host);
  const key = node?.tagName === 'SUMMARY' && node.parentElement.dataset.key;
  if (key) return `${is('data-key', key)} > summary`;
  return node?.className === 'copy' ? is('aria-label', node.getAttribute('aria-label')) : null;
}

// Opens the operation of a bar.
function reveal(op) {
  const host = text(op.host);
  const node = view.rows.find((one) => one.dataset.host === host);
  if (!view.hosts.has(host)) node?.querySelector('button.name').click();
  const found = document.getElementById(`op-${op.at}`);
  if (!found) return;
  found.open = true;
  found.scrollIntoView({ block: 'center' });
  found.querySelector('summary').focus({ preventScroll: true });
}

// The most rows and groups of a print; the text says how many there are.
const PRINTED = { rows: 150, groups: 60 };

function beforePrint() {
  view.rows.slice(0, PRINTED.rows).forEach((node) => node.fill());
  view.rows.slice(PRINTED.rows).forEach((node) => node.classList.add('unprinted'));
  const groups = [...parts.operations.querySelectorAll('details.op')];
  const some = groups.length <= PRINTED.groups ? groups : groups.filter((node) => /failed|open/.test(node.className));
  const rest = [...document.querySelectorAll('#attention details, #record details')];
  view.printed = [...some.slice(0, PRINTED.groups), ...rest].filter((node) => !node.open);
  view.printed.forEach((node) => {
    node.open = true;
    node.fill?.();
  });
  const left = view.rows.length - PRINTED.rows;
  parts.timeline.dataset.left = left > 0 ? `and ${many(left, 'more host')}: ${fold(view.rows.slice(PRINTED.rows).map((node) => node.dataset.host))}` : '';
}

function afterPrint() {
  view.rows.forEach((node) => node.classList.remove('unprinted'));
  view.printed?.forEach((node) => { node.open = false; });
  view.printed = [];
}

// Asks for changes, until the run is over.
function follow() {
  // The server waits with its end for those that have looked.
  const viewer = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  let lost = 0;
  let pause = 1000;
  let good = new Date();
  let timer;
  let asking = false;
  const ask = async () => {
    clearTimeout(timer);
    if (asking || model.over) return;
    asking = true;
    try {
      const answer = await fetch(`state?since=${model.version}&viewer=${viewer}`, { cache: 'no-store' });
      if (!answer.ok) throw new Error(String(answer.status));
      const changed = take(await answer.json());
      lost = 0;
      good = new Date();
      // A selection would be gone.
      if (changed || view.stale) {
        view.stale = !getSelection().isCollapsed && !model.over;
        const begun = performance.now();
        if (!view.stale) render();
        // A large page leaves most of the time to its reader.
        pause = Math.max(1000, 5 * (performance.now() - begun));
      }
    } catch {
      lost += 1;
    }
    asking = false;
    parts.live.dataset.state = model.over ? 'over' : lost > 2 ? 'lost' : 'live';
    if (model.over) parts.live.textContent = 'the run is over; this page stays as it is now';
    else if (lost === 3) parts.live.textContent = `no answer since ${clock(good)}; the run may be over`;
    else if (lost === 0 && !/^live/.test(parts.live.textContent)) parts.live.textContent = 'live: follows the run';
    if (!model.over) timer = setTimeout(ask, pause);
  };
  timer = setTimeout(ask, 300);
  // The timers of a hidden page are slow, and those of a laptop that sleeps stand still.
  document.addEventListener('visibilitychange', () => document.hidden || ask());
  addEventListener('pagehide', () => fetch(`left?${viewer}`, { keepalive: true }).catch(() => {}));
}

take(JSON.parse(document.getElementById('data').textContent));
build();
render();
addEventListener('beforeprint', beforePrint);
addEventListener('afterprint', afterPrint);
if (document.documentElement.dataset.live === 'yes') follow();
