"use strict";
const form = document.getElementById("filters");
const trials = [...document.querySelectorAll(".trial")];
function apply() {
  const wanted = Object.fromEntries(new FormData(form));
  let shown = 0;
  for (const trial of trials) {
    const fits = Object.entries(wanted).every(([name, value]) =>
      !value || (name === "text" ? trial.textContent.toLowerCase().includes(value.toLowerCase())
        : trial.dataset[name].split(" ").includes(value)));
    trial.hidden = !fits;
    shown += fits;
  }
  document.getElementById("count").textContent = `${shown} of ${trials.length}`;
}
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
// Printed, what is shown is open to be read.
addEventListener("beforeprint", () => trials.forEach((one) => { if (!one.hidden && one.dataset.outcome === "failed") one.open = true; }));
apply();
