// The command box: what is typed is looked up on the server, arrows choose,
// Enter opens. Without this script the form opens the page of results.
(function () {
  var box = document.getElementById('cmd'), list = document.getElementById('found'), waiting = 0, asked = '';
  if (!box || !list) return;
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-controls', 'found');
  box.setAttribute('aria-expanded', 'false');
  box.setAttribute('aria-autocomplete', 'list');

  function close() {
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
  }
  function options() { return Array.from(list.querySelectorAll('[role="option"]')); }
  function chosen() { return list.querySelector('[aria-selected="true"]'); }
  function choose(step) {
    var all = options(), at = all.indexOf(chosen());
    if (all.length === 0) return;
    if (at >= 0) all[at].setAttribute('aria-selected', 'false');
    var next = all[(at + step + all.length) % all.length];
    next.setAttribute('aria-selected', 'true');
    next.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', next.id);
  }

  // The key that leads into the box is no word, also where a browser types it.
  function typed() { return box.value.trim().replace(/^\/+/, ''); }

  function ask() {
    var words = typed();
    asked = words;
    fetch('/desk/find?part=1&q=' + encodeURIComponent(words), { headers: { 'Desk-Fetch': 'find' }, credentials: 'same-origin' })
      .then(function (answer) { return answer.ok ? answer.text() : ''; })
      .then(function (text) {
        if (asked !== words || document.activeElement !== box) return;
        var found = new DOMParser().parseFromString(text, 'text/html').querySelector('[role="listbox"]');
        if (!found) { close(); return; }
        list.replaceChildren(found);
        list.setAttribute('data-for', words);
        list.hidden = false;
        box.setAttribute('aria-expanded', 'true');
        if (words !== '') choose(1);
      })
      .catch(close);
  }

  box.addEventListener('input', function () {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  box.addEventListener('focus', function () { box.select(); ask(); });
  box.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') { close(); box.blur(); }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(event.key === 'ArrowDown' ? 1 : -1);
    }
  });
  // Enter sends the form: to what is chosen, where something is.
  box.form.addEventListener('submit', function (event) {
    if (list.hidden || !chosen() || asked !== typed()) return;
    event.preventDefault();
    chosen().querySelector('a').click();
  });
  addEventListener('click', function (event) { if (!event.target.closest('.cmd')) close(); });
})();
