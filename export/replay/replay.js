"use strict";
// The replay: what happened is in the list (#steps), one item a step. The script only moves a
// finger along it; without a script the list can be read as it is.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll("#steps li")];
  const buttons = items.map((item) => item.querySelector("button"));
  const hosts = [...document.querySelectorAll("#stage .host")];
  const links = [...document.querySelectorAll("#stage .link")];
  const rungs = [...document.querySelectorAll("#ladder g[data-r]")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let at = 0, playing = null, motion = 0;

  const lang = () => document.documentElement.dataset.lang;
  const level = () => Number(document.documentElement.dataset.level);
  const word = (key) => data.words[key][lang() === "ja" ? 1 : 0];

  // ---- the stage
  /** The links from one host to another, as a list of hosts; breadth first. */
  const way = (from, to) => {
    const before = new Map([[from, 0]]), open = [from];
    while (open.length && !before.has(to)) {
      const here = open.shift();
      for (const [a, b] of data.links)
        for (const [x, y] of [[a, b], [b, a]])
          if (x === here && !before.has(y)) { before.set(y, here); open.push(y); }
    }
    if (!before.has(to)) return [from, to];
    const path = [to];
    while (path[0] !== from) path.unshift(before.get(path[0]));
    return path;
  };

  /** What hosts hold after the first `count` steps. */
  const holdings = (count) => {
    const held = hosts.map(() => ({ queue: 0, box: 0, up: true }));
    for (let i = 0; i <= count; ++i)
      for (const [host, what, change] of data.steps[i].d || [])
        if (what === "up") held[host - 1].up = change > 0; else held[host - 1][what] += change;
    return held;
  };

  const draw = (moving) => {
    const step = data.steps[at];
    const held = holdings(at);
    const path = step.from && step.to && step.from !== step.to ? way(step.from, step.to) : [];
    hosts.forEach((host, i) => {
      host.classList.toggle("now", step.from === i + 1 || step.to === i + 1);
      host.classList.toggle("down", !held[i].up);
      const words = [];
      if (!held[i].up) words.push(word("down"));
      if (held[i].queue > 0) words.push(word("queue") + " " + held[i].queue);
      if (held[i].box > 0) words.push(word("mailbox") + " " + held[i].box);
      host.querySelector(".holds").textContent = words.join(", ");
    });
    links.forEach((link, i) => {
      const [a, b] = data.links[i];
      link.classList.toggle("now", path.some((host, n) => n > 0 &&
        ((path[n - 1] === a && host === b) || (path[n - 1] === b && host === a))));
    });
    move(path, moving);
  };

  const move = (path, moving) => {
    cancelAnimationFrame(motion);
    const mail = $("mail");
    mail.style.display = path.length > 1 ? "" : "none";
    if (path.length < 2) return;
    const place = (part) => {
      const n = Math.min(path.length - 2, Math.floor(part * (path.length - 1)));
      const t = part * (path.length - 1) - n;
      const [x1, y1] = data.places[path[n] - 1], [x2, y2] = data.places[path[n + 1] - 1];
      mail.setAttribute("transform",
        "translate(" + (x1 + (x2 - x1) * t) + " " + (y1 + (y2 - y1) * t) + ")");
    };
    if (!moving || calm.matches) return place(0.5);
    const began = performance.now();
    const frame = (now) => {
      const part = Math.min(1, Math.max(0, (now - began) / 700));
      place(part);
      if (part < 1) motion = requestAnimationFrame(frame);
    };
    motion = requestAnimationFrame(frame);
  };

  // ---- the present step
  const visible = (element) => [...element.childNodes].map((node) =>
    node.nodeType === 3 ? node.textContent
      : node.classList.contains(lang() === "ja" ? "en" : "ja") ? "" : visible(node)).join("");

  const show = (index, { moving = true, focus = false } = {}) => {
    items[at].removeAttribute("aria-current");
    buttons[at].tabIndex = -1;
    at = Math.max(0, Math.min(items.length - 1, index));
    items[at].setAttribute("aria-current", "step");
    buttons[at].tabIndex = 0;
    const list = $("steps");
    list.scrollTop = items[at].offsetTop - list.clientHeight / 3;
    if (focus) buttons[at].focus({ preventScroll: true });
    const step = data.steps[at];
    const text = visible(buttons[at].lastElementChild);
    $("scrub").value = at;
    $("scrub").setAttribute("aria-valuetext", step.t + " " + text);
    $("clock").textContent = step.t + " · " + (at + 1) + "/" + items.length;
    $("said").textContent = text;
    const words = data.texts[step.x][lang() === "ja" ? 1 : 0]; // the title, then each level's text
    $("title").textContent = words[0];
    $("more").textContent = words[1 + level()];
    for (const rung of rungs) rung.classList.toggle("now", rung.dataset.r === String(step.r));
    draw(moving);
  };

  const stop = () => {
    clearTimeout(playing);
    playing = null;
    $("play").textContent = word("play");
    $("explanation").setAttribute("aria-live", "polite");
  };
  const tick = () => {
    if (at + 1 >= items.length) return stop();
    show(at + 1);
    playing = setTimeout(tick, 1400 / Number($("speed").value));
  };
  const play = () => {
    if (playing !== null) return stop();
    if (at + 1 >= items.length) show(0, { moving: false });
    $("play").textContent = word("pause");
    $("explanation").setAttribute("aria-live", "off"); // a running film is not read out
    playing = setTimeout(tick, 300);
  };
  const go = (index, options) => { if (playing !== null) stop(); show(index, options); };

  const speak = (language) => {
    document.documentElement.dataset.lang = language;
    document.documentElement.lang = language;
    document.title = data.title[language === "ja" ? 1 : 0];
    for (const button of document.querySelectorAll("[data-speak]"))
      button.setAttribute("aria-pressed", button.dataset.speak === language);
    for (const element of document.querySelectorAll("[data-label]"))
      element.setAttribute("aria-label", word(element.dataset.label));
    $("play").textContent = word(playing === null ? "play" : "pause");
    show(at, { moving: false });
  };

  const explainTo = (reader) => {
    document.documentElement.dataset.level = reader;
    for (const button of document.querySelectorAll("[data-explain]"))
      button.setAttribute("aria-pressed", button.dataset.explain === String(reader));
    show(at, { moving: false });
  };

  // ---- mouse and keyboard
  $("play").onclick = play;
  $("first").onclick = () => go(0);
  $("back").onclick = () => go(at - 1, { moving: false });
  $("next").onclick = () => go(at + 1);
  $("last").onclick = () => go(items.length - 1);
  $("scrub").oninput = () => go(Number($("scrub").value), { moving: false });
  for (const button of document.querySelectorAll("[data-speak]"))
    button.onclick = () => speak(button.dataset.speak);
  for (const button of document.querySelectorAll("[data-explain]"))
    button.onclick = () => explainTo(Number(button.dataset.explain));
  buttons.forEach((button, index) => { button.onclick = () => go(index); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const inside = document.activeElement;
    const list = buttons.includes(inside);
    if (inside && inside.tagName === "SELECT") return;
    if (inside && inside.id === "scrub" && event.key !== " ") return; // the slider has its own keys
    const forms = inside && inside.tagName === "BUTTON" && !list;
    const act = {
      ArrowRight: () => go(at + 1, { focus: list }),
      ArrowLeft: () => go(at - 1, { moving: false, focus: list }),
      ArrowDown: list && (() => go(at + 1, { focus: true })),
      ArrowUp: list && (() => go(at - 1, { moving: false, focus: true })),
      Home: () => go(0, { focus: list }),
      End: () => go(items.length - 1, { focus: list }),
      " ": !forms && play,
      l: () => speak(lang() === "ja" ? "en" : "ja"),
      e: () => explainTo((level() + 1) % 3),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  speak(lang());
  explainTo(level());
})();
