(function () {
  'use strict';
  var buttons = [].slice.call(document.querySelectorAll('.legend [data-role]'));
  var all = document.querySelector('[data-all]');
  var blocks = [].slice.call(document.querySelectorAll('.b'));
  function filter() {
    var on = buttons.filter(function (b) { return b.getAttribute('aria-pressed') === 'true'; }).map(function (b) { return b.dataset.role; });
    all.hidden = on.length === 0;
    blocks.forEach(function (b) {
      var shown = on.length === 0 || b.classList.contains('h') || on.some(function (r) { return b.classList.contains(r); });
      b.classList.toggle('dim', !shown);
    });
    if (on.length === 1) {
      var first = document.querySelector('.b.' + on[0]);
      if (first) { first.scrollIntoView({block: 'center'}); }
    }
  }
  buttons.forEach(function (b) {
    b.addEventListener('click', function () {
      b.setAttribute('aria-pressed', String(b.getAttribute('aria-pressed') !== 'true'));
      filter();
    });
  });
  all.addEventListener('click', function () {
    buttons.forEach(function (b) { b.setAttribute('aria-pressed', 'false'); });
    filter();
  });
  // A tap opens the reason, a second one closes it; Enter and Escape do the same.
  function toggle(b, open) {
    blocks.forEach(function (o) { if (o !== b) { o.classList.remove('open'); } });
    b.classList.toggle('open', open);
  }
  document.querySelector('main').addEventListener('click', function (e) {
    var b = e.target.closest('.b[tabindex]');
    if (b && String(window.getSelection()) === '') { toggle(b, !b.classList.contains('open')); }
  });
  document.addEventListener('keydown', function (e) {
    var b = document.activeElement;
    if (!b || !b.classList.contains('b')) { return; }
    if (e.key === 'Enter') { toggle(b, !b.classList.contains('open')); }
    if (e.key === 'Escape') { toggle(b, false); b.blur(); }
    if (e.key !== 'j' && e.key !== 'k' || e.ctrlKey || e.metaKey || e.altKey) { return; }
    var next = blocks[blocks.indexOf(b)];
    do { next = blocks[blocks.indexOf(next) + (e.key === 'j' ? 1 : -1)]; } while (next && (!next.hasAttribute('tabindex') || next.classList.contains('dim')));
    if (next) { next.focus(); }
  });
  if (window.matchMedia('(max-width: 60rem)').matches) { document.querySelector('.contents details').open = false; }
})();
