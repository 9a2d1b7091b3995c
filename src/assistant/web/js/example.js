/** The example shop: signs in a customer of the demo and hands the token to the widget. */

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const customer = /** @type {HTMLSelectElement} */ (document.getElementById("customer"));
const language = /** @type {HTMLSelectElement} */ (document.getElementById("language"));

/** @param {string} path @param {RequestInit} [options] */
const json = async (path, options) => (await fetch(new URL(`api/demo/${path}`, document.baseURI), options)).json();

async function signIn() {
  const body = JSON.stringify({ customer_id: customer.value });
  const { token } = await json("login", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  desk.setAttribute("token", token);
}

const { customers } = await json("customers");
customer.append(...customers.map((/** @type {any} */ one) => new Option(one.name, one.customer_id)));
customer.addEventListener("change", () => void signIn());
language.addEventListener("change", () => desk.setAttribute("language", language.value));
desk.addEventListener("tokenneeded", () => void signIn());
await signIn();

export {};
