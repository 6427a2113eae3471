// Filters the list. What is chosen stands in the address behind `#`, so that it can be shared.
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return; // a page without findings
  const OPEN = 500; // findings; when fewer are left, their files open
  const shown = form.querySelector("output");
  const files = Array.from(document.querySelectorAll(".file"), (element) => ({
    element,
    startsOpen: element.open,
    open: element.open,
    folder: element.dataset.folder,
    path: element.dataset.path.toLowerCase(),
    findings: Array.from(element.querySelectorAll(".finding"), (item) => ({ item, ...item.dataset })),
  }));
  const total = files.reduce((sum, file) => sum + file.findings.length, 0);

  const fixes = { "": () => true, any: (fix) => fix !== "none", safe: (fix) => fix === "safe" };

  function chosen() {
    return new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  }

  function apply() {
    const [severity, rule, folder, fix, path] = ["severity", "rule", "folder", "fix", "path"].map(
      (name) => form.elements[name].value,
    );
    const part = path.toLowerCase();
    const left = files.map((file) => {
      const here = (!folder || file.folder === folder) && file.path.includes(part);
      let count = 0;
      for (const finding of file.findings) {
        const show =
          here &&
          (!severity || finding.severity === severity) &&
          (!rule || finding.rule === rule) &&
          fixes[fix](finding.fix);
        finding.item.hidden = !show;
        count += show;
      }
      file.element.hidden = count === 0;
      return count;
    });
    const sum = left.reduce((one, other) => one + other, 0);
    const few = sum <= OPEN && String(chosen()) !== "";
    for (const file of files) {
      const open = file.startsOpen || few;
      if (file.open !== open) file.element.open = file.open = open; // else leave it as the reader left it
    }
    shown.value = `${sum.toLocaleString("en")} of ${total.toLocaleString("en")} findings`;
  }

  function remember() {
    apply();
    history.replaceState(null, "", "#" + chosen());
  }

  // A fragment without `=` is a place in the page, not a choice.
  function recall() {
    const fragment = location.hash.slice(1);
    if (fragment && !fragment.includes("=")) {
      const target = document.getElementById(fragment);
      const closed = target && target.closest("details:not([open])");
      if (closed) {
        closed.open = true;
        target.scrollIntoView();
      }
    } else {
      const choice = new URLSearchParams(fragment);
      for (const control of form.elements) if (control.name) control.value = choice.get(control.name) || "";
    }
    apply();
  }

  for (const link of document.querySelectorAll("a[data-filter]")) {
    link.href = "#" + new URLSearchParams([[link.dataset.filter, link.dataset.value]]);
  }
  form.hidden = false;
  form.addEventListener("input", remember);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(remember)); // the controls change after the event
  addEventListener("hashchange", recall);
  recall();
})();
