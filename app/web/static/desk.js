// What desk pages do beyond HTML; each of them works without this.

// A form shows its words anew while it is filled in: the page's own answer to "preview", cut to the part that changed.
const form = document.querySelector("form[data-preview]");
if (form) {
  const part = document.getElementById(form.dataset.preview);
  let latest = 0;
  let timer;
  const look = async () => {
    const mine = ++latest;
    const answers = new FormData(form);
    answers.set("step", "preview");
    try {
      const answer = await fetch(location.href, { method: "POST", body: answers });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(form.dataset.preview);
      if (fresh && mine === latest) part.replaceChildren(...fresh.childNodes);
    } catch { /* offline for a moment: the next change asks again */ }
  };
  const choose = () => {
    for (const piece of form.querySelectorAll("[data-when]")) {
      const [name, wanted] = piece.dataset.when.split("=");
      piece.hidden = !wanted.split(",").includes(form.elements[name].value);
    }
  };
  form.addEventListener("input", () => {
    choose();
    clearTimeout(timer);
    timer = setTimeout(look, 350);
  });
  for (const button of form.querySelectorAll("[data-hide]")) button.hidden = true;
  choose();
}

// A page that shows progress loads itself anew when there is some.
const watched = document.querySelector("[data-watch]");
if (watched) {
  let pause = 2000;
  const look = async () => {
    try {
      const answer = await fetch(watched.dataset.watch, { headers: { Accept: "application/json" } });
      if (answer.ok && String((await answer.json()).reached) !== watched.dataset.reached) return location.reload();
    } catch { /* offline for a moment: look again */ }
    pause = Math.min(pause * 1.2, 15000);
    return setTimeout(look, pause);
  };
  setTimeout(look, pause);
}
