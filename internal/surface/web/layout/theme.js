// Switches light and dark without a reload and remembers the choice. Without
// this script the same links do it through the server.
addEventListener('click', function (event) {
  var link = event.target.closest('[data-theme-to]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  var theme = link.getAttribute('data-theme-to');
  document.documentElement.setAttribute('data-theme', theme);
  document.cookie = 'theme=' + theme + '; path=/; max-age=31536000; samesite=lax';
  var here = new URL(location.href);
  here.searchParams.delete('theme');
  history.replaceState(null, '', here);
  var other = document.querySelector('[data-theme-to="' + (theme === 'dark' ? 'light' : 'dark') + '"]');
  if (other) other.focus();
});

// Printing needs this script: without it the way to print is not shown.
document.querySelectorAll('[data-print]').forEach(function (entry) {
  entry.hidden = false;
  entry.querySelector('button').addEventListener('click', function () { print(); });
});
