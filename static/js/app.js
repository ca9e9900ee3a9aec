"use strict";
/* Helps on top of pages that work without it: autosave, counting, definitions, no double submits. */

const KEEP = "lianzheng:"; // prefix of unsent copies in localStorage
const KEEP_DAYS = 7;
const SAVE_AFTER = 1500; // ms after the last key
const RETRY_AFTER = 10000; // ms after a failure of the network

const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(KEEP + key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(KEEP + key, JSON.stringify(value)); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(KEEP + key); } catch { /* storage switched off */ } },
  keys() { try { return Object.keys(localStorage).filter((k) => k.startsWith(KEEP)).map((k) => k.slice(KEEP.length)); } catch { return []; } },
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const clock = (value) => {
  const date = new Date(value);
  return /T/.test(value) && !Number.isNaN(date.getTime()) ? date.toTimeString().slice(0, 5) : value;
};

/* This page anew: an address with a fragment would only scroll. */
const here = () => location.pathname + location.search;

/* ---- Autosave: <form data-autosave="KEY" method="post"> with [data-save-state] inside ---- */

class Autosave {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.autosave;
    this.line = form.querySelector("[data-save-state]") || form.appendChild(element("p", { class: "save-state", role: "status" }));
    this.unsent = false; // something typed that the server does not have
    this.running = null; // the request under way
    this.stopped = false; // conflict, lost session: nothing is sent before the page is loaded again
    this.offer();
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", (event) => this.submitting(event));
    window.addEventListener("online", () => this.unsent && this.save());
    window.addEventListener("beforeunload", (event) => { if (this.unsent && !this.leaving) event.preventDefault(); });
    window.addEventListener("pagehide", () => { if (this.unsent && !this.leaving) this.keep(); });
    window.addEventListener("pageshow", () => { this.leaving = false; });
  }

  /* What the page says about the content as it was opened is no longer so. */
  outdate() {
    document.querySelectorAll("[data-until-saved]").forEach((told) => { const form = told.closest("form"); if (!form || form === this.form) told.hidden = true; });
    document.querySelectorAll("[data-once-saved]").forEach((told) => { told.hidden = false; });
  }

  say(text, mood = "", link = null) {
    this.line.className = `save-state ${mood}`;
    this.line.replaceChildren(text, ...(link ? [" ", link] : []));
  }

  /* What a person typed, as [name, value]; no files, no bookkeeping of ours. */
  typedValues() {
    const own = new Set(["csrfmiddlewaretoken", "once", "row_version"]);
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !own.has(name));
  }

  version() { return this.form.elements.row_version; }

  keep(submitted = false) {
    return store.set(this.key, { at: Date.now(), submitted, version: this.version()?.value, values: this.typedValues() });
  }

  typed() {
    this.unsent = true;
    this.edits = (this.edits || 0) + 1;
    clearTimeout(this.timer);
    clearTimeout(this.keeper);
    this.keeper = setTimeout(() => this.unsent && this.keep(), 300);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  save() {
    if (this.stopped || this.leaving || this.running) return;
    clearTimeout(this.timer);
    const sent = this.edits;
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    this.say("保存中…");
    this.running = fetch(this.form.getAttribute("action") || location.href, { method: "POST", body, headers: { "X-Autosave": "1", Accept: "application/json" }, redirect: "manual", credentials: "same-origin" })
      .then((answer) => this.answered(answer, sent), () => this.offline())
      .finally(() => { this.running = null; if (this.unsent && this.edits !== sent && !this.stopped) this.typed(); });
  }

  async answered(answer, sent) {
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.saved_at) {
      if (told.row_version !== undefined && this.version()) this.version().value = told.row_version;
      this.say(`已保存 ${clock(told.saved_at)}`, "good");
      this.outdate();
      if (this.edits === sent) { this.unsent = false; clearTimeout(this.keeper); store.drop(this.key); }
      return;
    }
    this.keep();
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.redirected) {
      this.stop("请重新登录后继续，内容已暂存", element("a", { href: here() }, "去登录"));
    } else if (answer.status === 409 && told.conflict_url) {
      this.stop("未保存：别的窗口已经改过这张表", element("a", { href: told.conflict_url }, "比较两份内容"));
    } else if (answer.status === 403 || answer.status === 409) {
      this.stop(told.refusal ? `未保存：${told.refusal}` : "未保存：请刷新页面后继续，内容已暂存在本机", element("a", { href: here() }, "刷新"));
    } else if (answer.status === 400 || answer.status === 422) {
      this.say(told.refusal ? `未保存：${told.refusal}` : "未保存：有内容不符合要求，已暂存在本机", "bad");
    } else {
      this.offline("未保存：系统暂时没有响应，已暂存在本机");
    }
  }

  /* Typed and not on its way: the page must not be left before it is sent. */
  pending() { return this.unsent && !this.stopped && !this.leaving; }

  async flush() {
    await this.running;
    if (this.pending()) this.save();
    await this.running;
  }

  stop(text, link) {
    this.stopped = true;
    this.leaving = true; // the link must not ask again: the copy is kept
    this.say(text, "bad", link);
  }

  offline(text = "未保存：网络不通，已暂存在本机") {
    this.say(this.keep() ? text : text.split("，")[0], "bad");
    this.timer = setTimeout(() => this.save(), RETRY_AFTER);
  }

  /* A save under way would make the submit look like a conflict with itself: wait for it. */
  submitting(event) {
    clearTimeout(this.timer);
    clearTimeout(this.keeper);
    if (this.running) {
      event.preventDefault();
      const button = event.submitter;
      this.running.finally(() => this.form.requestSubmit(button));
      return;
    }
    this.leaving = true;
    if (this.unsent) this.keep(true);
  }

  /* After a reload: offer what the server does not have. */
  offer() {
    const copy = store.get(this.key);
    if (!copy) return;
    const taken = copy.submitted && !failed() && Number(this.version()?.value) > Number(copy.version); // sent by a button, and counted
    if (taken || JSON.stringify(copy.values) === JSON.stringify(this.typedValues())) { store.drop(this.key); return; }
    const later = copy.version !== this.version()?.value ? "此后这张表又保存过，恢复会盖住输入框里现在的内容。" : "";
    const when = new Date(copy.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const take = element("button", { type: "button", class: "btn btn-main" }, "恢复未保存的内容");
    const leave = element("button", { type: "button", class: "btn" }, "放弃");
    const box = element("div", { class: "callout callout-warn no-print", role: "region", "aria-label": "未保存的内容" },
      element("p", { class: "callout-title" }, `本机存有${when}没有保存成功的内容`), element("p", {}, later), element("p", { class: "row" }, take, leave));
    take.addEventListener("click", () => { box.remove(); this.restore(copy.values); });
    leave.addEventListener("click", () => { box.remove(); store.drop(this.key); this.say("已放弃本机暂存的内容"); });
    this.form.before(box);
  }

  restore(values) {
    const texts = new Map();
    for (const [name, value] of values) texts.set(name, [...(texts.get(name) || []), value]);
    for (const field of this.form.elements) {
      if (!field.name || ["csrfmiddlewaretoken", "once", "row_version"].includes(field.name) || ["hidden", "file", "submit", "button"].includes(field.type)) continue;
      const kept = texts.get(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(kept?.includes(field.value));
      else if (field.multiple) for (const option of field.options) option.selected = Boolean(kept?.includes(option.value));
      else if (kept?.length) field.value = kept.shift();
    }
    this.form.querySelectorAll("[data-max], [data-describes]").forEach((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
    this.typed();
  }
}

const failed = () => ["signin", "error"].includes(document.body.dataset.page);

/* A copy sent with a normal submit is done with once a page of ours answers; a sign-in or error page means it was not taken. */
function tidyCopies() {
  for (const key of store.keys()) {
    const copy = store.get(key);
    if (!copy || Date.now() - copy.at > KEEP_DAYS * 864e5) store.drop(key);
    else if (copy.submitted && failed()) store.set(key, { ...copy, submitted: false });
    else if (copy.submitted && !document.querySelector(`[data-autosave="${CSS.escape(key)}"]`)) store.drop(key);
  }
}

/* ---- Leaving by a link or by another form: what was typed is sent first ---- */

function sendBeforeLeaving() {
  const waiting = (own) => autosaves.filter((one) => one.form !== own && one.pending());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.getAttribute("href").startsWith("#")) return;
    const open = waiting(null);
    if (!open.length) return;
    event.preventDefault();
    Promise.all(open.map((one) => one.flush())).then(() => { if (!open.some((one) => one.stopped)) location.href = link.href; });
  });
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.dataset.flushed) { delete form.dataset.flushed; return; }
    const open = waiting(form);
    if (!open.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    Promise.all(open.map((one) => one.flush())).then(() => {
      if (open.some((one) => one.stopped)) return;
      form.dataset.flushed = "1";
      form.requestSubmit(submitter);
    });
  }, true);
}

/* ---- One submit is one submit ---- */

function guardSubmits() {
  const free = (form) => { delete form.dataset.sent; form.querySelectorAll("[data-held]").forEach((b) => { b.disabled = false; delete b.dataset.held; }); };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => form.querySelectorAll("button:not([type=button]):not([disabled])").forEach((b) => { b.disabled = true; b.dataset.held = "1"; }));
    setTimeout(() => free(form), 15000); // an answer that is a download leaves the page as it is
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
}

/* ---- data-max: 12/200 under the field. data-describes="ID": the chosen option's data-text in that element ---- */

function count(field) {
  const most = Number(field.dataset.max);
  const line = field.countLine || (field.countLine = element("span", { class: "count", "aria-live": "off" }));
  if (!line.isConnected) field.after(line);
  const length = [...field.value].length;
  line.textContent = length > most ? `${length}/${most}，超出${length - most}字` : `${length}/${most}`;
  line.hidden = length < most * 0.8;
  line.classList.toggle("over", length > most);
  line.setAttribute("aria-live", length > most ? "polite" : "off");
}

function describe(chooser) {
  const place = document.getElementById(chooser.dataset.describes);
  const chosen = chooser.matches("select") ? chooser.selectedOptions[0] : chooser.querySelector("input:checked");
  if (place) place.textContent = chosen?.dataset.text || "";
}

function onField(event) {
  if (event.target.matches?.("[data-max]")) count(event.target);
  const chooser = event.target.closest?.("[data-describes]");
  if (chooser) describe(chooser);
}

/* ---- <form data-preview="ID">: what the form would give, in that element, while it is filled in ---- */

function previewing(form) {
  const place = document.getElementById(form.dataset.preview);
  let timer = 0, asked = 0;
  const show = async () => {
    const turn = ++asked;
    const body = new FormData(form);
    body.set("do", "fragment");
    try {
      const answer = await fetch(form.getAttribute("action") || here(), { method: "POST", body, redirect: "error" });
      const text = await answer.text();
      if (answer.ok && turn === asked) place.innerHTML = text;
    } catch { /* the button 预览 works all the same */ }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 500); });
}

const autosaves = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Autosave(form));
sendBeforeLeaving();
tidyCopies();
document.querySelectorAll("form[data-preview]").forEach(previewing);
guardSubmits();
document.querySelectorAll("[data-max]").forEach(count);
document.querySelectorAll("[data-describes]").forEach(describe);
document.addEventListener("input", onField);
document.addEventListener("change", onField);
