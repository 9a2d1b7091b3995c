"use strict";
const form = document.getElementById("filters");
const trials = [...document.querySelectorAll(".trial")];
function apply() {
  const wanted = Object.entries(Object.fromEntries(new FormData(form))).filter(([, value]) => value);
  let shown = 0;
  for (const trial of trials) {
    const fits = wanted.every(([name, value]) =>
      name === "text" ? trial.textContent.toLowerCase().includes(value.toLowerCase())
        : trial.dataset[name].split(" ").includes(value));
    trial.hidden = !fits;
    shown += fits;
  }
  document.getElementById("count").textContent = `${shown} of ${trials.length} trials`;
}
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("open").addEventListener("click", () => {
  const shown = trials.filter((one) => !one.hidden);
  const open = !shown.every((one) => one.open);
  for (const one of shown) one.open = open;
});
// A trial can be linked to: #arm/case/trial.
const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (linked) { linked.open = true; linked.scrollIntoView(); }
// Printed, what is shown and failed is open to be read, and what was run; afterwards all is as it was.
let opened = [];
addEventListener("beforeprint", () => {
  const failed = trials.filter((one) => !one.hidden && one.dataset.outcome === "failed");
  opened = [...failed, document.querySelector("header details")].filter((one) => !one.open);
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
apply();
