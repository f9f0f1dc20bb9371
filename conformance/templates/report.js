"use strict";
(() => {
  const box = document.getElementById("filter"), text = document.getElementById("words");
  const count = document.getElementById("shown"), states = [...box.querySelectorAll("input[type=checkbox]")];
  const parts = [...document.querySelectorAll("[data-case]")];
  const sections = parts.filter((part) => part.tagName === "DETAILS");
  const fits = (part, words, allowed) =>
    allowed.has(part.dataset.outcome) && words.every((word) => part.dataset.case.includes(word));
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const allowed = new Set(states.filter((state) => state.checked).map((state) => state.value));
    for (const part of parts) part.hidden = !fits(part, words, allowed);
    const shown = sections.filter((section) => !section.hidden).length;
    count.textContent = `${shown} of ${sections.length} shown`;
  };
  const reveal = () => {
    const id = location.hash.slice(1);
    const target = id && document.getElementById(id);
    if (!target) return;
    const section = target.closest("details");
    if (section) { section.hidden = false; section.open = true; }
    target.scrollIntoView();
  };
  const move = (step) => {
    const shown = sections.filter((section) => !section.hidden);
    if (shown.length === 0) return;
    const now = shown.findIndex((section) => section.contains(document.activeElement));
    const next = now < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(Math.max(now + step, 0), shown.length - 1);
    const summary = shown[next].querySelector("summary");
    summary.focus();
    summary.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input[type=search]");
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && isTyping) { text.value = ""; filter(); text.blur(); return; }
    if (isTyping) return;
    if (event.key === "/") { event.preventDefault(); text.focus(); }
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
  });
  window.addEventListener("beforeprint", () => {
    for (const section of sections) if (!section.hidden && section.dataset.outcome !== "conformant") section.open = true;
  });
  window.addEventListener("hashchange", reveal);
  text.addEventListener("input", filter);
  for (const state of states) state.addEventListener("change", filter);
  box.hidden = false;
  filter();
  reveal();
})();
