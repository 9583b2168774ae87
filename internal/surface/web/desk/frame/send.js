// Forms: sent once, kept when the line drops, and redrawn in place when
// something has to be changed. Without this script a form is an ordinary form.
(function () {
  var state = document.getElementById('state'), toasts = document.getElementById('toasts');

  function toast(kind, text, again) {
    var p = document.createElement('p');
    p.className = 'toast' + (kind ? ' toast--' + kind : '');
    p.append(text);
    if (again) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = state.getAttribute('data-retry');
      button.addEventListener('click', again);
      p.append(button);
    }
    toasts.replaceChildren(p);
    return p;
  }

  addEventListener('input', function (event) {
    var form = event.target.closest('form[data-send]');
    if (form) form.setAttribute('data-dirty', '');
  });
  addEventListener('beforeunload', function (event) {
    if (document.querySelector('form[data-dirty]')) event.preventDefault();
  });

  function submits(form) { return form.querySelectorAll('[type="submit"], button:not([type])'); }

  function send(form, button) {
    var data = new FormData(form, button || undefined);
    var body = form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data);
    var buttons = submits(form);
    buttons.forEach(function (one) { one.disabled = true; });
    var note = toast('wait', state.getAttribute('data-saving'));
    fetch(form.action, { method: 'POST', body: body, headers: { 'Desk-Fetch': 'form' }, credentials: 'same-origin' })
      .then(function (answer) {
        var next = answer.headers.get('Desk-Location');
        if (answer.ok && next) {
          form.removeAttribute('data-dirty');
          location.assign(next);
          return;
        }
        return answer.text().then(function (text) {
          note.remove();
          buttons.forEach(function (one) { one.disabled = false; });
          var fresh = new DOMParser().parseFromString(text, 'text/html');
          var part = form.getAttribute('data-send'), old = document.querySelector('[data-part="' + part + '"]');
          var redrawn = part && fresh.querySelector('[data-part="' + part + '"]');
          if (old && redrawn) {
            old.replaceWith(redrawn);
            var form2 = redrawn.querySelector('form[data-send]');
            if (form2) form2.setAttribute('data-dirty', '');
            var errors = redrawn.querySelector('.errors');
            if (errors) errors.focus();
            return;
          }
          var title = fresh.querySelector('h1');
          toast('stop', title ? title.textContent : state.getAttribute('data-unsaved'), function () { send(form, button); });
        });
      })
      .catch(function () {
        buttons.forEach(function (one) { one.disabled = false; });
        toast('stop', state.getAttribute('data-offline'), function () { send(form, button); });
      });
  }

  // A page that comes back as it was left is ready to be used again: what was
  // being saved is no longer.
  addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    toasts.replaceChildren();
    document.querySelectorAll('form[data-send]').forEach(function (form) {
      submits(form).forEach(function (one) { one.disabled = false; });
    });
  });

  addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.matches('form[data-send]')) return;
    event.preventDefault();
    send(form, event.submitter);
  });

  // What was said is not said again after a reload.
  var here = new URL(location.href);
  if (here.searchParams.has('done')) {
    here.searchParams.delete('done');
    history.replaceState(null, '', here);
    setTimeout(function () { toasts.replaceChildren(); }, 8000);
  }

  // The reader's own time beside the office's.
  var clock = document.querySelector('[data-clock]');
  if (clock) {
    var own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (own && own !== clock.getAttribute('data-clock')) {
      var mine = document.createElement('span');
      mine.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }).format(new Date(clock.dateTime));
      clock.before(mine);
    }
  }
})();
