// The simulated repository's issues, as a reader of GitHub would see them.
import { h, fill, byId, markup } from './dom.js';
import { get } from './api.js';
import { dateTime as when } from './dates.js';

/** drawIssues shows the list, or one issue by number. */
export async function drawIssues(number) {
  const { repository, issues } = await get('issues');
  const root = byId('issues');
  const issue = issues.find((i) => i.number === Number(number));
  fill(root, issue ? one(repository, issue) : list(repository, issues));
  if (issue) root.scrollTop = 0;
}

function list(repository, issues) {
  const rows = [...issues].sort((a, b) => b.number - a.number).map((i) => h('li', { class: 'issue-row' },
    h('a', { href: `#/issues/${i.number}`, 'data-issue': i.number }, badge(i), h('span', { class: 'issue-title' }, i.title), h('span', { class: 'issue-number' }, `#${i.number}`)),
    h('div', { class: 'issue-meta' }, labels(i), h('small', {}, `${i.comments.length} ${i.comments.length === 1 ? 'comment' : 'comments'} · ${when(i.created)}`))));
  return h('div', { class: 'issue-list' }, h('h1', {}, repository), h('p', { class: 'muted' }, 'Issues of the simulated repository'),
    rows.length ? h('ul', {}, rows) : h('p', { class: 'empty' }, 'No issues yet. Declare a P0 and its tracking issue stands here; resolve it, and its post-mortem does too.'));
}

function one(repository, i) {
  return h('article', { class: 'issue', 'data-issue': i.number },
    h('p', {}, h('a', { href: '#/issues' }, `← ${repository}`)),
    h('h1', {}, i.title, ' ', h('span', { class: 'issue-number' }, `#${i.number}`)),
    h('div', { class: 'issue-meta' }, badge(i), labels(i), h('small', {}, `opened ${when(i.created)} by ${i.author}`), i.assignees?.length ? h('small', {}, `assigned to ${i.assignees.join(', ')}`) : null),
    comment(i.author, i.created, i.html),
    i.comments.map((c) => comment(c.author, c.created, c.html)),
    related('Part of', i.parent ? [i.parent] : []), related('Sub-issues', i.sub_issues || []));
}

const related = (title, numbers) => (numbers.length ? h('p', { class: 'muted' }, `${title}: `, numbers.map((n) => h('a', { class: 'related', href: `#/issues/${n}` }, `#${n}`))) : null);
const badge = (i) => h('span', { class: `state ${i.state}` }, i.state === 'closed' ? 'Closed' : 'Open');
const labels = (i) => (i.labels || []).map((name) => h('span', { class: 'label' }, name));

function comment(author, created, html) {
  return h('section', { class: 'comment' }, h('header', {}, h('strong', {}, author), ` · ${when(created)}`), h('div', { class: 'markdown' }, markup(html)));
}
