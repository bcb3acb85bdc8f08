// Sets the theme before the first paint, so that a dark page does not flash white.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('mss.theme');
  } catch {
    // A browser that forbids storage gets the theme of the system.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
