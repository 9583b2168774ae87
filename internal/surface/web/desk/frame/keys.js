// Keys of the desk. Single letters act only where no field has the focus, and
// can be switched off.
(function () {
  var off = localStorage.getItem('keys') === 'off';
  var went = 0; // time of a g that waits for its second letter

  function writing(target) { return target.closest('input, textarea, select, [contenteditable]') !== null; }
  function rows() { return Array.from(document.querySelectorAll('[data-row]')); }
  function current() { return document.querySelector('[data-row][aria-selected="true"]'); }
  function first(selector) { return document.querySelector(selector); }

  function select(row) {
    var old = current();
    if (old) old.setAttribute('aria-selected', 'false');
    if (!row) return;
    row.setAttribute('aria-selected', 'true');
    var link = row.querySelector('a[href]');
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  function move(step) {
    var all = rows();
    if (all.length === 0) return;
    var at = all.indexOf(current());
    select(all[Math.min(all.length - 1, Math.max(0, at < 0 && step > 0 ? 0 : at + step))]);
  }

  function press(selector) {
    var target = first(selector);
    if (target) target.click();
    return target !== null;
  }

  var acts = {
    j: function () { move(1); return true; },
    k: function () { move(-1); return true; },
    x: function () {
      var row = current(), box = row && row.querySelector('[data-pick]');
      if (box) box.click();
      return box !== null;
    },
    n: function () { return press('[data-key="n"]'); },
    e: function () { return press('[data-key="e"]'); },
    u: function () { return press('[data-key="u"]'); },
    '/': function () { first('#cmd').focus(); return true; },
    '?': function () { first('#all-keys').showModal(); return true; }
  };

  addEventListener('keydown', function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      first('#cmd').focus();
      event.preventDefault();
      return;
    }
    if (off || event.ctrlKey || event.metaKey || event.altKey || writing(event.target) || first('dialog[open]')) return;
    if (event.key === 'h' && Date.now() - went < 1000) { location.href = '/desk'; return; }
    if (event.key === 'g') { went = Date.now(); return; }
    if (event.key === 'Enter' && event.target === document.body && current()) {
      var link = current().querySelector('a[href]');
      if (link) link.click();
      return;
    }
    var act = acts[event.key];
    if (act && act()) event.preventDefault();
  });

  // A row is selected by what has the focus in it.
  addEventListener('focusin', function (event) {
    var row = event.target.closest('[data-row]');
    if (row && row !== current()) {
      var old = current();
      if (old) old.setAttribute('aria-selected', 'false');
      row.setAttribute('aria-selected', 'true');
    }
  });

  addEventListener('click', function (event) {
    var opener = event.target.closest('[data-dialog]');
    if (opener && !event.ctrlKey && !event.metaKey) {
      var dialog = document.getElementById(opener.getAttribute('data-dialog'));
      if (dialog) { event.preventDefault(); dialog.showModal(); }
    }
    if (event.target.closest('[data-close]')) {
      var open = event.target.closest('dialog');
      if (open && open.open) { event.preventDefault(); open.close(); }
    }
    var turn = event.target.closest('[data-keys-switch]');
    if (turn) {
      off = !off;
      localStorage.setItem('keys', off ? 'off' : 'on');
      turn.textContent = turn.getAttribute(off ? 'data-on' : 'data-off');
    }
    var all = event.target.closest('[data-pick-all]');
    if (all) {
      document.querySelectorAll('[data-pick]').forEach(function (box) { box.checked = all.checked; });
    }
    if (all || event.target.closest('[data-pick]')) count();
  });

  // The bulk bar shows how many rows are picked.
  function count() {
    var bar = first('[data-bulk]');
    if (!bar) return;
    var picked = document.querySelectorAll('[data-pick]:checked').length;
    bar.hidden = picked === 0;
    var number = bar.querySelector('[data-picked]');
    if (number) number.textContent = String(picked);
  }
  addEventListener('pageshow', count);

  var turn = first('[data-keys-switch]');
  if (turn && off) turn.textContent = turn.getAttribute('data-on');
  if (first('[data-bulk]')) count();
})();
