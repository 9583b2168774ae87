// Live figures: the server says when facts of this page's chapters were
// recorded. Parts marked data-part are drawn anew unless somebody is typing or
// choosing there; then the line of keys offers it.
(function () {
  var desk = document.querySelector('[data-live]'), state = document.getElementById('state');
  if (!desk || !window.EventSource) return;
  var chapters = desk.getAttribute('data-live').split(' '), changes = 0;

  function busy() {
    return document.querySelector('dialog[open], [data-pick]:checked, form[data-dirty]') !== null ||
      (document.activeElement && document.activeElement.closest('main input, main textarea, main select') !== null);
  }
  function offer() {
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'linklike';
    button.textContent = state.getAttribute('data-show');
    button.addEventListener('click', draw);
    state.replaceChildren(state.getAttribute('data-changed').replace('#', String(changes)), ' ', button);
  }
  function draw() {
    fetch(location.href, { headers: { 'Desk-Fetch': 'part' }, credentials: 'same-origin' })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, 'text/html');
        var selected = document.querySelector('[data-row][aria-selected="true"]');
        var id = selected && selected.getAttribute('data-row');
        document.querySelectorAll('[data-part]').forEach(function (part) {
          var next = fresh.querySelector('[data-part="' + part.getAttribute('data-part') + '"]');
          if (next) part.replaceWith(next);
        });
        if (id) {
          var again = document.querySelector('[data-row="' + CSS.escape(id) + '"]');
          if (again) {
            again.setAttribute('aria-selected', 'true');
            var link = again.querySelector('a[href]');
            if (link && document.activeElement === document.body) link.focus({ preventScroll: true });
          }
        }
        changes = 0;
        state.replaceChildren();
      })
      .catch(function () {});
  }

  var stream = new EventSource('/desk/live');
  stream.addEventListener('facts', function (event) {
    var hit = event.data.split(' ').filter(function (chapter) { return chapters.indexOf(chapter) >= 0; });
    if (hit.length === 0) return;
    changes++;
    if (busy()) offer(); else draw();
  });
  addEventListener('pagehide', function () { stream.close(); });
  addEventListener('pageshow', function (event) { if (event.persisted) location.reload(); });
})();
