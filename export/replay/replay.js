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
    say(path);
  };

  /** The line that is said, over its way; what a host does alone, over the host. */
  const say = (path) => {
    const bubble = $("bubble"), step = data.steps[at];
    const alone = path.length < 2, host = step.from || step.to;
    bubble.style.display = host && !items[at].querySelector(".narration") ? "" : "none";
    if (bubble.style.display) return;
    const [box, text] = bubble.children;
    const name = data.hosts[step.from - 1] + ": ";
    let words = visible(buttons[at].lastElementChild).split("\n")[0];
    if (words.startsWith(name)) words = words.slice(name.length);
    const letters = [...words];
    text.textContent = letters.length > 44 ? letters.slice(0, 43).join("") + "…" : words;
    const wide = text.getComputedTextLength() + 20;
    const [x, y] = alone ? data.places[host - 1] : between(path, 0.5);
    const up = alone ? (y < 70 ? 28 : -54) : -40;
    const left = Math.max(2, Math.min(898 - wide, x - wide / 2));
    box.setAttribute("width", wide);
    text.setAttribute("x", wide / 2);
    bubble.setAttribute("transform", "translate(" + left + " " + Math.max(2, y + up) + ")");
    const scene = $("scene"), scale = scene.scrollWidth / 900; // a telephone shows a part of it
    scene.scrollLeft = x * scale - scene.clientWidth / 2;
    bubble.setAttribute("class", (buttons[at].lastElementChild.getAttribute("class") || "") + " b");
  };

  /** A place on the way: 0 is the first host, 1 the next one, and so on. */
  const between = (path, along) => {
    const n = Math.min(path.length - 2, Math.floor(along)), t = along - n;
    const [x1, y1] = data.places[path[n] - 1], [x2, y2] = data.places[path[n + 1] - 1];
    return [x1 + (x2 - x1) * t, y1 + (y2 - y1) * t];
  };

  const move = (path, moving) => {
    cancelAnimationFrame(motion);
    const mail = $("mail");
    mail.style.display = path.length > 1 ? "" : "none";
    if (path.length < 2) return;
    // It begins and ends beside the hosts, whose names stay readable.
    const place = (part) => mail.setAttribute("transform",
      "translate(" + between(path, 0.3 + (path.length - 1.6) * part).join(" ") + ")");
    mail.setAttribute("class", buttons[at].lastElementChild.getAttribute("class") || "");
    if (!moving || calm.matches) return place(1);
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

  /** The octets of a line as the wire has them. */
  const octets = (step, text) => {
    if (step.b !== undefined) return Uint8Array.from(atob(step.b), (c) => c.charCodeAt(0));
    const encode = (lines) => new TextEncoder().encode(lines.replaceAll("\n", "\r\n"));
    const whole = encode(text.slice(3) + "\n");
    return whole.length === step.n ? whole : encode(text.slice(3, -1)); // without the "…"
  };
  const hex = (n, digits) => n.toString(16).padStart(digits, "0");
  const dump = (bytes) => {
    const rows = [];
    for (let i = 0; i < bytes.length; i += 8) {
      const row = [...bytes.subarray(i, i + 8)];
      rows.push(hex(i, 4) + "  " + row.map((b) => hex(b, 2)).join(" ").padEnd(23) + "  " +
        row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : ".")).join(""));
    }
    return rows.join("\n");
  };
  const showBytes = (step, text) => {
    const box = $("bytes");
    box.style.display = step.n ? "" : "none";
    if (!step.n || !box.open) return;
    const bytes = octets(step, text);
    box.lastElementChild.textContent = step.n + " " + word("octets") +
      (bytes.length < step.n ? " (" + word("shown") + ")" : "") + "\n\n" + dump(bytes);
  };

  // ---- what it means
  const told = (words) => words[lang() === "ja" ? 1 : 0]; // the title, then each level's text
  /** The fields of a letter's header that have words of their own: [name, words]. */
  const fields = (index) => {
    const found = [];
    if (!data.steps[index].l) return found;
    for (const line of visible(buttons[index].lastElementChild).slice(3).split("\n")) {
      if (line === "") break;
      const name = line.slice(0, Math.max(0, line.indexOf(":")));
      if (Object.hasOwn(data.fields, name)) found.push([name, told(data.fields[name])]);
    }
    return found;
  };
  const definitions = (pairs) => pairs.flatMap(([name, words]) => {
    const term = document.createElement("dt"), text = document.createElement("dd");
    term.textContent = name;
    text.textContent = words[1 + level()];
    return [term, text];
  });
  /** Explanations below the lines: below each one, or where a thing occurs first. */
  const explainAll = (each) => {
    for (const why of document.querySelectorAll(".why")) why.remove();
    const seen = new Set();
    data.steps.forEach((step, index) => {
      const words = told(data.texts[step.x]);
      const story = buttons[index].querySelector(".narration"); // explains itself
      if (story || !words[1] || (!each && seen.has(step.x))) return;
      const why = document.createElement("div"), title = document.createElement("b");
      why.className = "why";
      title.textContent = words[0];
      why.append(title, " " + words[1 + level()]);
      const pairs = seen.has(step.x) ? [] : fields(index);
      if (pairs.length) {
        const table = document.createElement("dl");
        table.append(...definitions(pairs));
        why.append(table);
      }
      seen.add(step.x);
      items[index].append(why);
    });
  };
  const everyLine = () => $("all").getAttribute("aria-pressed") === "true";
  const refresh = () => { if (everyLine()) explainAll(true); };
  const toggleAll = () => {
    $("all").setAttribute("aria-pressed", !everyLine());
    if (everyLine()) explainAll(true);
    else for (const why of document.querySelectorAll(".why")) why.remove();
    show(at, { moving: false });
  };
  addEventListener("beforeprint", () => {
    explainAll(everyLine());
    for (const svg of document.querySelectorAll("#ladder svg")) { // on one page, if it can be read
      const { width, height } = svg.viewBox.baseVal;
      svg.style.maxHeight = height < 3.2 * width ? "24.5cm" : "";
    }
  });
  addEventListener("afterprint", () => { if (!everyLine()) toggleAll(), toggleAll(); });

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
    const letters = [...text], story = buttons[at].querySelector(".narration");
    $("said").textContent = story ? "" : letters.length > 400 ? letters.slice(0, 400).join("") + "…" : text;
    const ends = [step.from, step.to].filter(Boolean).map((host) => data.hosts[host - 1]);
    $("who").textContent = (ends[0] === ends[1] ? ends.slice(1) : ends).join(" → ") +
      (step.c ? " · " + step.p + " · " + word("connection") + " " + step.c : "");
    const words = told(data.texts[step.x]);
    $("title").textContent = story ? visible(story.firstElementChild) : words[0];
    $("more").textContent = !story ? words[1 + level()]
      : text.slice($("title").textContent.length).trim();
    $("fields").replaceChildren(...definitions(fields(at)));
    showBytes(step, text);
    for (const rung of rungs) rung.classList.toggle("now", rung.dataset.r === String(step.r));
    draw(moving);
  };

  const stop = () => {
    clearTimeout(playing);
    playing = null;
    $("play").textContent = word("play");
    $("now").setAttribute("aria-live", "polite");
  };
  const tick = () => {
    if (at + 1 >= items.length) return stop();
    show(at + 1);
    const told = items[at].querySelector(".narration"); // is to be read, and takes its time
    const long = told ? Math.min(9000, 45 * visible(told).length) : 0;
    playing = setTimeout(tick, (1400 + long) / Number($("speed").value));
  };
  const play = () => {
    if (playing !== null) return stop();
    if (at + 1 >= items.length) show(0, { moving: false });
    $("play").textContent = word("pause");
    $("now").setAttribute("aria-live", "off"); // a running film is not read out
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
    refresh();
    show(at, { moving: false });
  };

  const explainTo = (reader) => {
    document.documentElement.dataset.level = reader;
    for (const button of document.querySelectorAll("[data-explain]"))
      button.setAttribute("aria-pressed", button.dataset.explain === String(reader));
    refresh();
    show(at, { moving: false });
  };

  // ---- mouse and keyboard
  $("play").onclick = play;
  $("first").onclick = () => go(0);
  $("back").onclick = () => go(at - 1, { moving: false });
  $("next").onclick = () => go(at + 1);
  $("last").onclick = () => go(items.length - 1);
  $("scrub").oninput = () => go(Number($("scrub").value), { moving: false });
  $("all").onclick = toggleAll;
  $("bytes").ontoggle = () => show(at, { moving: false });
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
    if (inside && inside.id === "scrub" && /^(Arrow|Page|Home|End)/.test(event.key)) return; // its own
    const forms = inside && ["BUTTON", "SUMMARY"].includes(inside.tagName) && !list;
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
      x: toggleAll,
      b: () => { $("bytes").open = !$("bytes").open; },
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  speak(lang());
  explainTo(level());
})();
