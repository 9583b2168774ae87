// Passkeys: a button that carries data-passkey asks the server for a ceremony,
// the browser for a credential, and goes on. Without this script, or where the
// browser has no passkeys, the button is not shown.
(function () {
  var buttons = document.querySelectorAll('[data-passkey]');
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) return;

  function post(address, body) {
    return fetch(address, {
      method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' }
    }).then(function (answer) {
      return answer.json().then(function (told) {
        if (!answer.ok) throw new Error(told.title || String(answer.status));
        return told;
      });
    });
  }

  function run(button) {
    var address = button.getAttribute('data-passkey'), make = button.hasAttribute('data-make');
    var said = document.getElementById(button.getAttribute('data-said'));
    var name = document.getElementById(button.getAttribute('data-name') || '');
    said.textContent = '';
    button.disabled = true;
    post(address, {}).then(function (asked) {
      var key = asked.options.publicKey;
      var options = make ? { publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(key) } : { publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(key) };
      return (make ? navigator.credentials.create(options) : navigator.credentials.get(options)).then(function (credential) {
        return post(address, {
          challenge: asked.challenge, response: credential.toJSON(),
          name: name ? name.value : '', next: button.getAttribute('data-next') || ''
        });
      });
    }).then(function (told) {
      var shown = document.getElementById('passkey-codes');
      if (!told.codes || told.codes.length === 0 || !shown) { location.assign(told.next); return; }
      shown.querySelector('ul').replaceChildren.apply(shown.querySelector('ul'), told.codes.map(function (code) {
        var item = document.createElement('li');
        item.textContent = code;
        return item;
      }));
      shown.hidden = false;
      shown.focus();
    }).catch(function (error) {
      button.disabled = false;
      said.textContent = error.name === 'NotAllowedError' || error.name === 'AbortError' ? button.getAttribute('data-stopped') : error.message;
    });
  }

  buttons.forEach(function (button) {
    button.hidden = false;
    var part = button.closest('[data-with-passkey]');
    if (part) part.hidden = false;
    button.addEventListener('click', function () { run(button); });
  });
})();
