// The desk's keys: j and k go through the rows, m takes, ? lists the keys. Everything works without them too.
"use strict";
(() => {
  const OFF = "handrail-desk-keys-off";
  const list = document.getElementById("keys-list");
  const dialog = document.getElementById("keys-window");
  const toggle = document.getElementById("keys-switch");
  if (!list || !dialog || !toggle) return;
  const isOff = () => localStorage.getItem(OFF) === "1";

  function say() {
    toggle.hidden = false;
    toggle.textContent = isOff() ? "Switch the keys on" : "Switch the keys off";
  }
  toggle.addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    say();
  });
  say();
  document.getElementById("keys-here").append(list.cloneNode(true));
  dialog.querySelector("#keys-list").removeAttribute("id");

  const rows = () => [...document.querySelectorAll("[data-row]")];

  function here() {
    const every = rows();
    const at = every.findIndex((row) => row === document.activeElement || row.closest("tr")?.contains(document.activeElement));
    return at >= 0 ? at : every.findIndex((row) => row.hasAttribute("aria-current"));
  }

  function go(by) {
    const every = rows();
    if (!every.length) return;
    const at = here();
    const next = every[Math.min(every.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function take() {
    const every = rows();
    const row = every[here()]?.closest("tr");
    const button = row ? row.querySelector("[data-take]") : every[0]?.closest("tr") ? null : document.querySelector("[data-take]");
    button?.click();
  }

  document.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const does = { j: () => go(1), k: () => go(-1), m: take, "?": () => dialog.showModal() }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
})();
