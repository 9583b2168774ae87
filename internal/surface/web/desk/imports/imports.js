// The import desk: a file can be dropped anywhere on the page and its way is
// shown; columns are read anew when one is changed; a running import is looked
// after; held rows are worked off by keys. All of it works without this script.
(function () {
  // Files.
  function zone() { return document.querySelector('form[data-drop]'); }
  function say(form, text) { form.querySelector('[data-said]').textContent = text; }

  function upload(form) {
    var file = form.elements.file.files[0];
    if (file && file.size > Number(form.getAttribute('data-max'))) {
      say(form, form.getAttribute('data-large'));
      return;
    }
    var bar = form.querySelector('progress'), button = form.querySelector('button'), request = new XMLHttpRequest();
    function off() { bar.hidden = true; button.disabled = false; }
    button.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    say(form, form.getAttribute('data-sending'));
    request.open('POST', form.action);
    request.setRequestHeader('Desk-Fetch', 'form');
    request.upload.addEventListener('progress', function (event) {
      if (event.lengthComputable) bar.value = 100 * event.loaded / event.total;
      if (event.loaded === event.total) say(form, form.getAttribute('data-looking'));
    });
    request.addEventListener('load', function () {
      var next = request.getResponseHeader('Desk-Location');
      if (next) { location.assign(next); return; }
      var fresh = new DOMParser().parseFromString(request.responseText, 'text/html');
      var part = fresh.querySelector('[data-part="drop"]'), old = document.querySelector('[data-part="drop"]');
      off();
      if (part && old) {
        old.replaceWith(part);
        var errors = part.querySelector('.errors');
        if (errors) errors.focus();
      } else {
        var title = fresh.querySelector('h1');
        say(form, title ? title.textContent : form.getAttribute('data-offline'));
      }
    });
    request.addEventListener('error', function () { off(); say(form, form.getAttribute('data-offline')); });
    request.send(new FormData(form));
  }

  addEventListener('submit', function (event) {
    if (!event.target.matches('form[data-drop]')) return;
    event.preventDefault();
    upload(event.target);
  });
  function carries(event) { return zone() && event.dataTransfer && Array.from(event.dataTransfer.types).indexOf('Files') >= 0; }
  addEventListener('dragover', function (event) {
    if (!carries(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', function (event) {
    if (!event.relatedTarget) document.body.classList.remove('dropping');
  });
  addEventListener('drop', function (event) {
    if (!carries(event)) return;
    event.preventDefault();
    document.body.classList.remove('dropping');
    var form = zone();
    form.elements.file.files = event.dataTransfer.files;
    if (form.querySelector('[name="kind"]:checked')) {
      upload(form);
    } else {
      say(form, event.dataTransfer.files[0].name);
      form.querySelector('[name="kind"]').focus();
    }
  });

  // Parts.
  function swap(name, text) {
    var old = document.querySelector('[data-part="' + name + '"]');
    var next = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-part="' + name + '"]');
    if (old && next) old.replaceWith(next);
    return old && next ? next : null;
  }

  // Columns: what was changed is read anew at once. The last change counts.
  var reading = null;
  addEventListener('change', function (event) {
    var form = event.target.closest('form[data-remap]');
    if (!form) return;
    if (reading) reading.abort();
    reading = new AbortController();
    var focus = event.target.id, scroll = Array.from(form.querySelectorAll('.sheet__scroll')).map(function (one) { return one.scrollLeft; });
    form.setAttribute('aria-busy', 'true');
    fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'Desk-Fetch': 'part' }, credentials: 'same-origin', signal: reading.signal })
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        var next = swap('import', text);
        if (!next) { form.removeAttribute('aria-busy'); return; }
        next.querySelectorAll('.sheet__scroll').forEach(function (one, i) { one.scrollLeft = scroll[i] || 0; });
        var again = document.getElementById(focus);
        if (again) again.focus({ preventScroll: true });
      })
      .catch(function () { form.removeAttribute('aria-busy'); });
  });

  // A running import.
  setInterval(function () {
    if (!document.querySelector('[data-poll]') || document.hidden) return;
    fetch(location.href, { headers: { 'Desk-Fetch': 'part' }, credentials: 'same-origin' })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
      .then(function (text) { if (document.querySelector('[data-poll]')) swap('import', text); })
      .catch(function () {});
  }, 2000);

  // Held rows.
  function bench() { return document.querySelector('.held'); }
  function go(link) {
    fetch(link.href, { headers: { 'Desk-Fetch': 'part' }, credentials: 'same-origin' })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
      .then(function (text) {
        var list = document.querySelector('.held__list ol'), at = list ? list.scrollTop : 0;
        if (!swap('held', text)) { location.assign(link.href); return; }
        history.replaceState(null, '', link.href);
        show(at);
      })
      .catch(function () { location.assign(link.href); });
  }
  function show(at) {
    var list = document.querySelector('.held__list ol'), link = document.querySelector('.held__list a[aria-current]');
    if (list && at) list.scrollTop = at;
    if (link) { link.focus({ preventScroll: true }); link.scrollIntoView({ block: 'nearest' }); }
  }
  addEventListener('click', function (event) {
    var link = event.target.closest('a[data-held]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link);
  });
  function unfold(selector) {
    var details = document.querySelector(selector);
    if (!details) return false;
    details.open = true;
    var input = details.querySelector('.input');
    if (input) { input.focus(); input.scrollIntoView({ block: 'nearest' }); }
    return true;
  }
  function step(by) {
    var links = Array.from(document.querySelectorAll('a[data-held]'));
    var at = links.findIndex(function (one) { return one.hasAttribute('aria-current'); });
    var next = links[Math.min(links.length - 1, Math.max(0, at + by))];
    if (next && next !== links[at]) go(next);
    return true;
  }
  addEventListener('keydown', function (event) {
    if (!bench() || localStorage.getItem('keys') === 'off' || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === 'Escape' && event.target.closest('.mend')) { event.target.blur(); return; }
    if (event.target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
    var done = false;
    if (event.key === 'j') done = step(1);
    if (event.key === 'k') done = step(-1);
    if (event.key === 'e') done = unfold('[data-mend]');
    if (event.key === 'x') done = unfold('[data-discard]');
    if (/^[1-9]$/.test(event.key)) {
      var offer = document.querySelector('[data-offer="' + event.key + '"]');
      if (offer && !offer.disabled) { offer.click(); done = true; }
    }
    if (done) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  if (bench()) show(0);
})();
