"use strict";
(() => {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // What only works with a script is hidden until one runs.
  all(".theme, .copy, .tools").forEach((one) => { one.hidden = false; });

  const root = document.documentElement;
  document.querySelector(".theme").addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const copy = async (text) => {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  };
  all(".copy").forEach((button) => {
    button.addEventListener("click", async () => {
      try {
        await copy(button.parentElement.querySelector("code").textContent + "\n");
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select it";
        getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  });

  // A link into what is folded opens it.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // On paper nothing is folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach((one) => { one.open = false; }); });

  all(".schema").forEach((section) => {
    const drawing = section.querySelector(".drawing");
    if (!drawing) return;
    const svg = drawing.querySelector("svg");
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const tables = all(".table", svg);
    const links = all(".links path", svg);
    const number = new Map(tables.map((table, index) => [table, String(index)]));
    let scale = 1;

    const zoom = (to) => {
      const middle = [
        (drawing.scrollLeft + drawing.clientWidth / 2) / scale,
        (drawing.scrollTop + drawing.clientHeight / 2) / scale,
      ];
      scale = Math.min(3, Math.max(0.01, to));
      svg.setAttribute("width", width * scale);
      svg.setAttribute("height", height * scale);
      drawing.scrollLeft = middle[0] * scale - drawing.clientWidth / 2;
      drawing.scrollTop = middle[1] * scale - drawing.clientHeight / 2;
    };
    const fit = () => zoom(Math.min(1, drawing.clientWidth / width));
    const show = (table) => {
      const box = table.getBoundingClientRect();
      const frame = drawing.getBoundingClientRect();
      drawing.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
      drawing.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
    };
    zoom(Math.max(0.5, Math.min(1, drawing.clientWidth / width)));
    drawing.scrollTo(0, 0);

    section.querySelector(".zoom-in").addEventListener("click", () => zoom(scale * 1.25));
    section.querySelector(".zoom-out").addEventListener("click", () => zoom(scale / 1.25));
    section.querySelector(".fit").addEventListener("click", fit);
    drawing.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
    }, { passive: false });

    // A table is chosen to see its neighbours, and released by choosing it again.
    const choose = (table) => {
      const chosen = table && table.getAttribute("aria-pressed") !== "true" ? table : null;
      const near = new Set(chosen ? chosen.dataset.near.split(" ") : []);
      tables.forEach((one) => {
        one.setAttribute("aria-pressed", String(one === chosen));
        one.classList.toggle("chosen", one === chosen);
        one.classList.toggle("near", near.has(number.get(one)));
      });
      const own = number.get(chosen);
      links.forEach((link) => {
        link.classList.toggle("near", Boolean(chosen) && (link.dataset.from === own || link.dataset.to === own));
      });
      drawing.classList.toggle("choosing", Boolean(chosen));
    };
    let dragged = false;
    tables.forEach((table) => {
      table.addEventListener("click", () => { if (!dragged) choose(table); });
      table.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          choose(table);
        }
      });
    });
    drawing.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });

    drawing.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      dragged = false;
      const from = [event.clientX + drawing.scrollLeft, event.clientY + drawing.scrollTop];
      const move = (now) => {
        const to = [from[0] - now.clientX, from[1] - now.clientY];
        if (Math.abs(to[0] - drawing.scrollLeft) + Math.abs(to[1] - drawing.scrollTop) > 3) dragged = true;
        drawing.scrollTo(to[0], to[1]);
      };
      const end = () => {
        removeEventListener("pointermove", move);
        removeEventListener("pointerup", end);
      };
      addEventListener("pointermove", move);
      addEventListener("pointerup", end);
    });

    const found = section.querySelector(".found");
    section.querySelector(".find").addEventListener("input", (event) => {
      const text = event.target.value.trim().toLowerCase();
      const hits = tables.filter((table) => text && table.textContent.toLowerCase().includes(text));
      const named = hits.filter((table) => table.querySelector(".head").textContent.toLowerCase().includes(text));
      tables.forEach((table) => table.classList.toggle("hit", hits.includes(table)));
      found.textContent = text ? `${hits.length} found` : "";
      const first = named[0] || hits[0];
      if (first) show(first);
    });
  });
})();
