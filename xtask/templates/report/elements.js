// Elements. A text is always a text: nothing here reads HTML.

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// A local time; the title has the UTC.
function when(iso, short) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return el('span', null, iso);
  const utc = `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return el('time', { datetime: date.toISOString(), title: utc }, short ? clock(date) : `${day(date)} ${clock(date)}`);
}

const badge = (word, good, undone) => el('span', { class: `badge ${kind(word, good, undone)}` }, word);

// A command with a button that copies it.
function command(words) {
  const button = el('button', { type: 'button', class: 'copy', 'aria-label': `copy: ${words}` }, 'copy');
  button.addEventListener('click', async () => {
    const done = await navigator.clipboard?.writeText(words).then(() => true, () => false);
    button.textContent = done ? 'copied' : 'press Ctrl-C';
    if (!done) getSelection().selectAllChildren(button.previousSibling);
  });
  return el('span', { class: 'command' }, el('code', null, words), button);
}

// A unified diff, with its lines coloured.
function diff(whole) {
  const lines = whole.replace(/\n$/, '').split('\n').map((line) => {
    const sign = line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : line.startsWith('@@') ? 'at' : null;
    return el('span', sign && { class: sign }, `${line}\n`);
  });
  return el('pre', { class: 'diff', tabindex: 0, role: 'group', 'aria-label': 'diff' }, lines);
}

// The output of one stream.
function printed(one) {
  const name = one.stream === 'err' ? 'standard error' : 'standard output';
  const note = one.cut
    ? el('p', { class: 'note' }, `${text(one.text) ? 'the last part of' : 'not in this page:'} ${one.file} (${size(one.bytes)}) in the record`)
    : null;
  const body = text(one.text)
    ? el('pre', { tabindex: 0, role: 'group', 'aria-label': name, class: one.stream }, text(one.text))
    : null;
  return el('div', { class: 'printed' }, el('p', { class: 'label' }, name), body, note);
}

// A section with a heading; its name is the address of the section.
function section(id, title, ...children) {
  const heading = el('h2', { id: `${id}-title` }, title);
  return el('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...children);
}

// Rows of a name and values; rows without a value are left out.
function facts(rows) {
  const some = rows.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
  return el('dl', { class: 'facts' }, some.flatMap(([name, value]) => [
    el('dt', null, name), el('dd', null, ...[value].flat()),
  ]));
}

function table(caption, heads, rows) {
  const cell = (value) => el('td', null, ...[value].flat());
  return el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption },
    el('table', null, el('caption', { class: 'unseen' }, caption),
      el('thead', null, el('tr', null, heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', null, rows.map((row) => el('tr', null, row.map(cell))))));
}

const list = (items) => el('ul', null, items.map((item) => el('li', null, ...[item].flat())));
