/** The example shop: signs in a customer of the demo and hands the token to the widget. */

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const customer = /** @type {HTMLSelectElement} */ (document.getElementById("customer"));
const language = /** @type {HTMLSelectElement} */ (document.getElementById("language"));

/** @param {string} path @param {RequestInit} [options] */
const json = async (path, options) => (await fetch(new URL(`api/demo/${path}`, document.baseURI), options)).json();

async function signIn() {
  const wanted = customer.value;
  const body = JSON.stringify({ customer_id: wanted });
  const { token } = await json("login", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (customer.value === wanted) desk.setAttribute("token", token); // else another was chosen meanwhile
}

language.addEventListener("change", () => desk.setAttribute("language", language.value));
const { customers } = await json("customers");
customer.append(...customers.map((/** @type {any} */ one) => new Option(one.name, one.customer_id)));
customer.addEventListener("change", () => void signIn());
desk.addEventListener("tokenneeded", () => void signIn());
await signIn();

export {};
