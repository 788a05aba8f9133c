// What pages do beyond HTML; each of them works without this. Everything is found by its data- attribute.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return; // The browser refused: the text beside the button can still be selected.
    }
    button.textContent = button.dataset.done;
    announce(button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 2500);
  });
}

for (const field of document.querySelectorAll("[data-select]")) {
  field.addEventListener("focus", () => field.select());
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ text: button.dataset.text, url: button.dataset.share }).catch(() => {});
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A page that answered a form keeps an address that can be reloaded and kept.
const address = document.querySelector("meta[name=page-address]");
if (address) history.replaceState(null, "", address.content);

// Something is being made: look again quietly until it is there.
const waiting = document.querySelector("[data-poll]");
if (waiting) {
  let pause = 1000;
  const look = async () => {
    try {
      const answer = await fetch(waiting.dataset.poll, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).ready) return location.replace(waiting.dataset.then);
    } catch { /* offline for a moment: look again */ }
    pause = Math.min(pause * 1.5, 10000);
    return setTimeout(look, pause);
  };
  setTimeout(look, pause);
}

function announce(text) {
  let region = document.getElementById("announcer");
  if (!region) {
    region = Object.assign(document.createElement("p"), { id: "announcer", className: "unseen" });
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}
