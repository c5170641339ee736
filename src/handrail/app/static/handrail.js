// What pages do with JavaScript beyond what they do without it: drafts, a warning before the idle limit,
// focus and announcements, no double sending, and a word when the network is gone. Why drafts are kept the way
// they are stands in docs/decisions/0011-drafts.md.
"use strict";

(() => {
  const body = document.body;
  const user = body.dataset.user || "";
  const rawKey = body.dataset.draftKey || "";
  body.removeAttribute("data-draft-key");
  const isEntrance = !user || "entrance" in body.dataset;
  const isProblem = "problem" in body.dataset;
  const isAgain = "again" in body.dataset;
  const between = "BroadcastChannel" in window ? new BroadcastChannel("handrail") : null;
  const MOST_HOURS = 10;
  const wayHere = performance.getEntriesByType("navigation")[0]?.type;

  function say(words) {
    const said = document.getElementById("said");
    if (!said) return;
    said.textContent = "";
    setTimeout(() => { said.textContent = words; }, 50);
  }

  function make(tag, props = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), props);
    made.append(...inside);
    return made;
  }

  // ---- drafts ------------------------------------------------------------------------------------------------

  const PREFIX = "draft:";
  const SENT = "sent-draft";
  const HELD = "held-draft";
  let sealing = null;

  function keyOf(form) { return `${PREFIX}${user}:${location.pathname}:${form.dataset.draft}`; }

  function aesKey() {
    if (!sealing && rawKey && window.crypto && crypto.subtle) {
      const bytes = Uint8Array.from(atob(rawKey), (sign) => sign.charCodeAt(0));
      sealing = crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    }
    return sealing;
  }

  const toText = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
  const toBytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

  async function seal(name, told, isStillWanted) {
    const key = await aesKey();
    if (!key) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bound = new TextEncoder().encode(name);
    const plain = new TextEncoder().encode(JSON.stringify(told));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, key, plain);
    if (isStillWanted()) sessionStorage.setItem(name, JSON.stringify({ at: Date.now(), iv: toText(iv), sealed: toText(sealed) }));
  }

  async function open(name) {
    const key = await aesKey();
    const kept = JSON.parse(sessionStorage.getItem(name) || "null");
    if (!key || !kept) return null;
    try {
      const bound = new TextEncoder().encode(name);
      const way = { name: "AES-GCM", iv: toBytes(kept.iv), additionalData: bound };
      const plain = await crypto.subtle.decrypt(way, key, toBytes(kept.sealed));
      return { at: kept.at, ...JSON.parse(new TextDecoder().decode(plain)) };
    } catch {
      sessionStorage.removeItem(name);
      return null;
    }
  }

  function draftNames() {
    return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  }

  function forgetOld() {
    for (const name of draftNames()) {
      let at = 0;
      try { at = JSON.parse(sessionStorage.getItem(name)).at; } catch { /* not ours */ }
      if (Date.now() - at > MOST_HOURS * 3600000) sessionStorage.removeItem(name);
    }
  }

  function forgetAll() {
    for (const name of draftNames()) sessionStorage.removeItem(name);
    sessionStorage.removeItem(SENT);
    sessionStorage.removeItem(HELD);
  }

  const SKIPPED = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

  function fields(form) {
    return Array.from(form.elements).filter((one) => one.name && "value" in one && !SKIPPED.has(one.type) && one.tagName !== "BUTTON");
  }

  function typedIn(form) {
    return fields(form).map((one) => {
      if (one.type === "checkbox" || one.type === "radio") return [one.name, one.value, one.checked];
      if (one.multiple) return [one.name, "", Array.from(one.selectedOptions, (option) => option.value)];
      return [one.name, "", one.value];
    });
  }

  function typeInto(form, typed) {
    const told = new Map(typed.map(([name, value, state]) => [JSON.stringify([name, value]), state]));
    for (const one of fields(form)) {
      const isBox = one.type === "checkbox" || one.type === "radio";
      const state = told.get(JSON.stringify([one.name, isBox ? one.value : ""]));
      if (state === undefined) continue;
      if (isBox) one.checked = state;
      else if (one.multiple) for (const option of one.options) option.selected = state.includes(option.value);
      else one.value = state;
      one.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  const watched = new Map();

  function hasErrors(form) { return Boolean(form.querySelector(".wrong, .errorlist, .alert")); }

  async function keepDraft(form) {
    const about = watched.get(form);
    if (!about || about.isGone) return;
    clearTimeout(about.timer);
    about.timer = 0;
    const turn = about.turn += 1;
    const typed = typedIn(form);
    if (JSON.stringify(typed) === about.first && !about.isRestored) sessionStorage.removeItem(about.name);
    else await seal(about.name, { typed, first: about.first }, () => about.turn === turn && !about.isGone);
  }

  function keepAllDrafts() {
    return Promise.all(Array.from(watched, ([form, about]) => (about.timer ? keepDraft(form) : null)));
  }

  function dropDraft(form) {
    const about = watched.get(form);
    if (!about) return;
    clearTimeout(about.timer);
    about.timer = 0;
    about.turn += 1;
    about.isRestored = false;
    about.first = JSON.stringify(typedIn(form));
    sessionStorage.removeItem(about.name);
  }

  function tell(form, kept, isSame) {
    const hour = new Date(kept.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const words = make("span", { textContent: isSame
      ? `This is what you typed at ${hour}. It is not saved yet.`
      : `You typed something here at ${hour} that was not saved. The page has changed since.` });
    const away = make("button", { type: "button", className: "quiet", textContent: "Throw it away" });
    const told = make("div", { className: "note warning draft" }, words);
    const about = watched.get(form);
    if (!isSame) {
      const back = make("button", { type: "button", className: "quiet", textContent: "Bring it back" });
      back.addEventListener("click", () => {
        typeInto(form, kept.typed);
        about.isRestored = true;
        told.remove();
        fields(form)[0]?.focus();
        say("Brought back. It is not saved yet.");
      });
      told.append(back);
    }
    away.addEventListener("click", () => {
      if (isSame) typeInto(form, JSON.parse(about.first));
      dropDraft(form);
      told.remove();
      fields(form)[0]?.focus();
      say("Thrown away.");
    });
    told.append(away);
    form.prepend(told);
    say(words.textContent);
  }

  // Without "off" a browser that goes back fills a form as it was left, even one that was saved: sent again, it would be
  // there twice. What was not saved comes back from its draft.
  async function watch(form) {
    if (watched.has(form) || !user || "noDraft" in body.dataset || !aesKey()) return;
    form.autocomplete = "off";
    const name = keyOf(form);
    const about = { name, first: JSON.stringify(typedIn(form)), timer: 0, turn: 0, isRestored: false, isGone: false };
    watched.set(form, about);
    form.addEventListener("input", () => {
      if (!about.timer) about.timer = setTimeout(() => keepDraft(form), 300);
    });
    form.addEventListener("change", () => keepDraft(form));
    if (hasErrors(form)) { about.isRestored = true; await keepDraft(form); return; }
    const kept = await open(name);
    if (!kept || JSON.stringify(kept.typed) === about.first) { sessionStorage.removeItem(name); return; }
    const isSame = kept.first === about.first && about.first === JSON.stringify(typedIn(form));
    if (isSame) { typeInto(form, kept.typed); about.isRestored = true; }
    tell(form, kept, isSame);
  }

  // A draft was saved where the answer to sending it is a page of this app that shows no error for it. Sign-in pages,
  // error pages, reloads and steps back in the history say nothing about it, and the draft stays. Where the answer asks
  // first who one is, the draft is held until the form goes on its way from there.
  function settleSent() {
    const sent = sessionStorage.getItem(SENT);
    if (!isAgain) sessionStorage.removeItem(HELD);
    if (!sent) return;
    sessionStorage.removeItem(SENT);
    if (isAgain) { sessionStorage.setItem(HELD, sent); return; }
    if (isEntrance || isProblem || wayHere !== "navigate" || !sent.startsWith(`${PREFIX}${user}:`)) return;
    const again = Array.from(document.querySelectorAll("form[data-draft]")).find((form) => keyOf(form) === sent);
    if (again && hasErrors(again)) return;
    sessionStorage.removeItem(sent);
  }

  // ---- sending: once, and only with a network ----------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "sign-out" || "signOut" in form.dataset) {
      forgetAll();
      for (const about of watched.values()) about.isGone = true;
      between?.postMessage("signed out");
      return;
    }
    if (form.method !== "post") return;
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      network();
      say("No network. Nothing was sent; what you typed is kept in this tab.");
      return;
    }
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  // Later than every listener of the page itself: only what is really sent counts as sent.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post") || form.hasAttribute("data-hx-post")) return;
    form.dataset.sending = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => released(form), 8000);
    const held = "goOn" in form.dataset && sessionStorage.getItem(HELD);
    if (held) sessionStorage.setItem(SENT, held);
    const about = watched.get(form);
    if (!about) return;
    keepDraft(form);
    sessionStorage.setItem(SENT, about.name);
  });

  function released(form) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) { if (user) location.reload(); for (const form of document.forms) released(form); }
  });

  // A passkey that failed says so on the page, not only in the console.
  document.addEventListener("allauth.error", (event) => {
    const told = document.querySelector("[data-passkey-failed]");
    if (!told) return;
    event.preventDefault();
    told.hidden = false;
    told.focus();
  });

  function network() {
    let told = document.querySelector(".offline");
    if (!told) {
      told = make("p", { className: "offline", role: "status" });
      told.setAttribute("role", "status");
      body.append(told);
    }
    told.textContent = navigator.onLine ? "" : "No network. Go on writing: what you type is kept in this tab. Save when the network is back.";
    told.hidden = navigator.onLine;
  }

  window.addEventListener("offline", network);
  window.addEventListener("online", () => { network(); say("The network is back."); });

  // ---- the idle limit ----------------------------------------------------------------------------------------

  const idle = Number(body.dataset.idleMinutes || 0) * 60000;
  const WARN = Math.min(120000, idle / 2);
  let lastSign = Date.now();
  let lastAsked = Date.now();
  let warning = null;
  let countdown = null;

  function mark() { return document.querySelector("#sign-out input[name=csrfmiddlewaretoken]")?.value || ""; }

  function post(address) {
    const told = new URLSearchParams({ csrfmiddlewaretoken: mark() });
    return fetch(address, { method: "POST", body: told, redirect: "manual", credentials: "same-origin" });
  }

  async function stay() {
    lastAsked = Date.now();
    try {
      const answer = await post(body.dataset.stay);
      if (answer.type === "opaqueredirect" || answer.status === 403) await leave();
      else { lastSign = Date.now(); between?.postMessage("at work"); }
    } catch { network(); }
  }

  async function leave() {
    await keepAllDrafts();
    for (const about of watched.values()) about.isGone = true;
    const back = encodeURIComponent(location.pathname + location.search);
    const form = document.getElementById("sign-out");
    try { if (form) await post(form.action); } catch { /* without a network the server's own limit ends it */ }
    location.replace(`${body.dataset.signIn}?ended=1&next=${back}`);
  }

  function warn() {
    if (warning) return;
    countdown = make("span");
    const button = make("button", { type: "button", textContent: "Stay signed in", autofocus: true });
    const go = make("button", { type: "button", className: "quiet", textContent: "Sign out now" });
    const title = make("h2", { id: "idle-title", textContent: "Are you still there?" });
    const words = make("p", { id: "idle-words" }, "You will be signed out in ", countdown,
      ". What you were writing is kept and comes back when you sign in again in this tab.");
    warning = make("dialog", {}, title, words, make("p", { className: "acts" }, button, go));
    warning.setAttribute("aria-labelledby", "idle-title");
    warning.setAttribute("aria-describedby", "idle-words");
    button.addEventListener("click", () => { unwarn(); stay(); });
    go.addEventListener("click", leave);
    warning.addEventListener("cancel", () => { unwarn(); stay(); });
    body.append(warning);
    warning.showModal();
  }

  function unwarn() { warning?.close(); warning?.remove(); warning = null; }

  function tick() {
    const left = idle - (Date.now() - lastSign);
    if (left <= 0) { clearInterval(ticking); leave(); return; }
    if (left <= WARN) {
      warn();
      const minutes = Math.ceil(left / 60000);
      const words = left > 60000 ? `${minutes} minutes` : "less than a minute";
      if (countdown.textContent !== words) countdown.textContent = words;
    } else if (warning) unwarn();
  }

  function atWork() {
    if (warning) return;
    const now = Date.now();
    if (now - lastSign > idle) return;
    lastSign = now;
    if (now - lastAsked > 60000) stay();
  }

  let ticking = 0;
  if (user && idle) {
    ticking = setInterval(tick, 1000);
    for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, atWork, { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keepAllDrafts(); else tick(); });
  }
  if (between) {
    between.onmessage = (event) => {
      if (event.data === "at work") { lastSign = lastAsked = Date.now(); unwarn(); }
      if (event.data === "signed out" && user) {
        forgetAll();
        for (const about of watched.values()) about.isGone = true;
        location.replace(body.dataset.signIn);
      }
    };
  }

  // ---- htmx --------------------------------------------------------------------------------------------------

  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr?.responseURL || "";
    if (user && body.dataset.signIn && address && new URL(address).pathname === body.dataset.signIn) {
      event.preventDefault();
      leave();
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form[data-draft]");
    if (form && event.detail.successful && event.detail.requestConfig?.verb === "post" && !hasErrors(form)) dropDraft(form);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target || event.target;
    const telling = target.closest?.("[data-said]") || target.querySelector?.("[data-said]");
    const errors = target.querySelector?.('[role="alert"]');
    if (errors) errors.focus();
    else say(telling?.dataset.said || "The page was brought up to date.");
    dress(target);
  });
  document.addEventListener("htmx:sendError", () => say("No answer. Nothing was saved; try again."));
  document.addEventListener("htmx:responseError", () => say("That did not work. Nothing was saved."));

  // ---- every page --------------------------------------------------------------------------------------------

  // A wide table scrolls in a box of its own, which the keyboard can reach; the page itself never scrolls sideways.
  const room = "ResizeObserver" in window ? new ResizeObserver((seen) => {
    for (const { target } of seen) {
      const isWide = target.scrollWidth > target.clientWidth + 1;
      const caption = target.querySelector("caption")?.id;
      target.tabIndex = isWide ? 0 : -1;
      if (!isWide) target.removeAttribute("tabindex");
      for (const [name, value] of [["role", "region"], ["aria-labelledby", caption], ["aria-label", caption ? "" : target.dataset.box || "Table"]]) {
        if (isWide && value) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    }
  }) : null;

  let boxes = 0;

  function box(table) {
    let around = table.parentElement;
    if (!around.classList.contains("scroll")) {
      around = make("div", { className: "scroll" });
      table.replaceWith(around);
      around.append(table);
    }
    const caption = table.querySelector("caption");
    if (caption) caption.id ||= `caption-${boxes += 1}`;
    room?.observe(around);
  }

  function dress(part) {
    for (const table of part.querySelectorAll("table.data, table.grid")) box(table);
    for (const around of part.querySelectorAll("[data-box]")) room?.observe(around);
    for (const form of part.querySelectorAll("form[data-draft]")) watch(form);
    if (part.matches?.("form[data-draft]")) watch(part);
  }

  forgetOld();
  settleSent();
  dress(document);
  if (!navigator.onLine) network();
  if (wayHere === "navigate") document.querySelector("form[data-go-on]")?.requestSubmit();
  document.querySelector('main .alert[role="alert"]:not([hidden])')?.focus();
})();
