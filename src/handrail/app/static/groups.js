// The group room with JavaScript: a live count, times set to now, one key for a person, and no save into a dead network.
"use strict";
(() => {
  const form = document.getElementById("roll");
  if (!form) return;
  const present = document.getElementById("present");
  const ratio = document.getElementById("ratio");
  const staff = Number(present.dataset.staff);

  function count() {
    const came = form.querySelectorAll('input[value="attended"]:checked').length;
    present.textContent = `${came} present`;
    ratio.textContent = staff && came ? `, that is 1 to ${Math.round(came / staff)}` : "";
  }

  function markCame(row) {
    const came = row.querySelector('input[value="attended"]');
    if (!row.querySelector('input[type="radio"]:checked')) came.checked = true;
  }

  for (const button of form.querySelectorAll("[data-now]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = form.elements[button.dataset.now];
      const now = new Date();
      field.value = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
      const row = button.closest("fieldset");
      row.querySelector('input[value="attended"]').checked = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      count();
    });
  }

  form.addEventListener("change", (event) => {
    if (event.isTrusted && event.target.type === "time") markCame(event.target.closest("fieldset"));
    count();
  });

  form.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest("fieldset");
    const chosen = row.querySelector(`input[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    const rows = [...form.querySelectorAll("fieldset.roll")];
    const next = chosen.value === "excused" ? row.querySelector(".why input") : rows[rows.indexOf(row) + 1]?.querySelector('input[type="radio"]');
    (next ?? chosen).focus();
  });

  form.querySelector("[data-mark]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const row of form.querySelectorAll("fieldset.roll")) markCame(row);
    form.querySelector('input[value="attended"]')?.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const unreached = document.getElementById("unreached");
  let isSure = false;

  function release() {
    delete form.dataset.sending; // handrail.js lets a form be sent once
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }

  form.addEventListener("submit", async (event) => {
    if (isSure) return;
    event.preventDefault();
    const by = event.submitter;
    let isReached = false;
    try {
      isReached = (await fetch(form.dataset.alive, { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok;
    } catch { /* told below */ }
    release();
    unreached.hidden = isReached;
    if (!isReached) {
      unreached.focus();
      return;
    }
    isSure = true;
    form.requestSubmit(by);
    isSure = false;
  });
  count();
})();
