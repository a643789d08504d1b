// Sets light or dark before anything is drawn.
(() => {
  const root = document.documentElement;
  let chosen = null;

  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage may be forbidden; the system's choice holds then.
  }

  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
})();
