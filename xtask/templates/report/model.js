'use strict';
// The data of the page, as xtask/src/commands/runs/report/html/compact.rs writes them: each text once, rows of numbers.

const model = { head: null, texts: [''], places: new Map([['', 0]]), ops: [], version: 0, over: true, taken: 0 };

// Takes in the whole data, or the rows that have changed.
function take(part) {
  if (part.head) {
    model.head = part.head;
    model.taken = performance.now();
  }
  model.version = part.version;
  model.over = part.over;
  if (part.same) return false;
  const own = part.texts.map((text) => {
    if (!model.places.has(text)) {
      model.places.set(text, model.texts.length);
      model.texts.push(text);
    }
    return model.places.get(text);
  });
  if (part.whole) model.ops = [];
  for (const row of part.rows) {
    const flag = (bit) => (row[8] & (1 << bit)) !== 0;
    model.ops[row[0]] = {
      at: row[0], host: own[row[1]], stage: own[row[2]], process: row[3], began: row[4], took: row[5],
      what: own[row[6]], outcome: own[row[7]], good: flag(0), wait: flag(1), changed: flag(2), undo: flag(3),
      undone: flag(4), diff: own[row[9]], error: own[row[10]],
      printed: row[11].map(([file, stream, bytes, text, cut]) => ({ file, stream, bytes, text: own[text], cut })),
    };
  }
  return true;
}

const text = (place) => model.texts[place];
const start = () => Date.parse(model.head.began);
// The time of the data, which goes on in a live page. The clock of the reader has no say.
const now = () => Date.parse(model.head.made) + (model.over ? 0 : performance.now() - model.taken);
const isNoReturn = (op) => op.changed && !op.undo;
const isRunning = () => model.head.state === 'running';

// One of few kinds, for the colour and the pattern of an operation or a host.
function kind(outcome, good, undone) {
  if (outcome === 'at work' || outcome === 'running') return 'work';
  if (undone || outcome === 'undone') return 'undone';
  if (outcome === 'changed' || outcome === 'ok' || outcome === 'done') return 'changed';
  if (good) return 'kept';
  return ['not reached', 'not recorded', 'not finished', 'unreachable', 'stopped'].includes(outcome) ? 'open' : 'failed';
}
const kindOf = (op) => kind(text(op.outcome), op.good, op.undone);

// Names with the ranges of their last number: web[1-3],db. The names come in natural order; the same as
// xtask/engine/src/data/range/fold.rs, which a test compares.
function fold(names) {
  const cuts = names.map((name) => {
    const found = /^(.*?)(\d{1,9})(\D*)$/.exec(name);
    return found && !/\d$/.test(found[1]) ? { head: found[1], digits: found[2], tail: found[3] } : { head: name, digits: '', tail: '' };
  });
  const key = (cut, width) => [cut.head, cut.tail, width, cut.digits === ''].join('\u0000');
  const padded = (digits) => digits.length > 1 && digits.startsWith('0');
  // 10 belongs to 01 and 02 only when one of them shows that two digits are the padding.
  const padding = new Set(cuts.filter((cut) => padded(cut.digits)).map((cut) => key(cut, cut.digits.length)));
  const families = new Map();
  for (const cut of cuts) {
    const width = padding.has(key(cut, cut.digits.length)) ? cut.digits.length : 0;
    const own = key(cut, width);
    if (!families.has(own)) families.set(own, { head: cut.head, tail: cut.tail, width, numbers: [] });
    if (cut.digits) families.get(own).numbers.push(Number(cut.digits));
  }
  return [...families.values()].map(({ head, tail, width, numbers }) => {
    const runs = [];
    for (const number of numbers) {
      const last = runs[runs.length - 1];
      if (last && last[1] + 1 === number) last[1] = number;
      else runs.push([number, number]);
    }
    const digits = (number) => String(number).padStart(width, '0');
    const inside = runs.map(([from, to]) => (from === to ? digits(from) : `${digits(from)}-${digits(to)}`)).join(',');
    return numbers.length > 1 ? `${head}[${inside}]${tail}` : `${head}${inside}${tail}`;
  }).join(',');
}

// The names that a person types for hosts: parts of names, and ranges: paas[1-3],web.
function hostTest(typed) {
  const words = typed.toLowerCase().match(/[^,\s[]*(\[[^\]]*\])?[^,\s[]*/g).filter((word) => word !== '');
  if (!words.length) return null;
  const tests = words.map((word) => {
    const found = /^(.*)\[([\d,-]+)\](.*)$/.exec(word);
    if (!found) return (name) => name.includes(word);
    const spans = found[2].split(',').map((span) => span.split('-').map(Number));
    return (name) => {
      if (!name.startsWith(found[1]) || !name.endsWith(found[3])) return false;
      const digits = name.slice(found[1].length, name.length - found[3].length);
      return /^\d+$/.test(digits) && spans.some(([from, to]) => +digits >= from && +digits <= (to ?? from));
    };
  });
  return (name) => tests.some((test) => test(name.toLowerCase()));
}

const many = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

// 12 ms, 0.4 s, 31 s, 2 m 10 s, 1 h 5 m
function lasting(seconds) {
  if (seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}

const two = (number) => String(number).padStart(2, '0');
const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`);
