/**
 * OrderDesk in a page of your shop:
 *
 *   <script src="https://orderdesk.shop.example/widget.js" defer></script>
 *   <order-desk token="…" language="zh"></order-desk>
 *
 * The chat is OrderDesk's own page in a frame: your page's styles and scripts do not reach it, nor it
 * yours. Your content security policy needs script-src and frame-src with OrderDesk's origin, and
 * ORDERDESK_EMBED_ORIGINS must name yours. `inline` fills the element instead of opening from a
 * button. When a token has ended the element gets the event `tokenneeded`: set a new `token`.
 */
(() => {
  const home = new URL(".", document.currentScript.src);
  const WORDS = {
    en: { open: "Order help", news: "Order help: new message", close: "Close order help", title: "Order help" },
    zh: { open: "订单助手", news: "订单助手：有新消息", close: "关闭订单助手", title: "订单助手" },
  };
  const STYLE = `
    :host { display: block; font: 600 16px/1.4 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
    :host([hidden]) { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; background: #f6f4ee; color-scheme: normal; }
    button { position: relative; font: inherit; min-height: 48px; padding: 0 20px; border: 0; border-radius: 24px; background: #0f6a56;
      color: #fff; cursor: pointer; box-shadow: 0 2px 6px rgb(0 0 0 / 18%), 0 8px 28px rgb(0 0 0 / 16%); }
    button:hover { background: #0a5443; }
    button:focus-visible { outline: 3px solid #0f6a56; outline-offset: 3px; }
    button.news::after { content: ""; position: absolute; top: -2px; right: 2px; width: 14px; height: 14px; border-radius: 50%;
      background: #b3261e; border: 2px solid #fff; }
    .corner { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; display: grid; justify-items: end; gap: 12px; }
    .panel { width: min(400px, calc(100vw - 40px)); height: min(680px, calc(100dvh - 108px)); overflow: hidden;
      border: 1px solid rgb(0 0 0 / 15%); border-radius: 16px; box-shadow: 0 10px 44px rgb(0 0 0 / 24%); }
    .panel[hidden] { display: none; }
    .inline { height: 100%; min-height: 480px; }
    @media (max-width: 480px) {
      .corner { right: 12px; bottom: 12px; }
      .panel { width: calc(100vw - 24px); height: calc(100dvh - 84px); }
    }`;

  class OrderDesk extends HTMLElement {
    static observedAttributes = ["token", "language"];
    #root = this.attachShadow({ mode: "open" });
    #frame = null;
    #shown = null;
    #open = null; // opens and closes the panel, where there is one
    #news = false; // a person wrote while it was closed
    #hear = (event) => {
      if (event.source !== this.#frame?.contentWindow || event.origin !== home.origin) return;
      if (event.data === "orderdesk:close") this.#open?.(false);
      if (event.data === "orderdesk:said") this.#heard();
      if (event.data === "orderdesk:token") this.dispatchEvent(new Event("tokenneeded", { bubbles: true }));
    };

    constructor() {
      super();
      const sheet = new CSSStyleSheet(); // allowed under any style-src, unlike a style element
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      addEventListener("message", this.#hear);
      if (!this.#shown) this.#draw();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#hear);
    }

    attributeChangedCallback(name, before, now) {
      if (name === "language" && this.#shown) this.#dress();
      if (!this.#frame || before === now) return;
      if (name === "language") this.#frame.src = this.#address();
      else this.#frame.contentWindow?.location.replace(this.#address()); // only the part after # differs: no reload
    }

    get #language() {
      const asked = this.getAttribute("language") || document.documentElement.lang || navigator.language;
      return asked.toLowerCase().startsWith("zh") ? "zh" : "en";
    }

    #address() {
      const address = new URL(`?lang=${this.#language}`, home);
      const token = this.getAttribute("token");
      if (token) address.hash = new URLSearchParams({ token }).toString();
      return address.href;
    }

    #dress = () => {};
    #heard = () => {};

    #draw() {
      const place = this.#shown = document.createElement("div");
      const panel = document.createElement("div");
      if (this.hasAttribute("inline")) {
        place.className = "inline";
        this.#dress = () => this.#frame && (this.#frame.title = WORDS[this.#language].title);
        this.#load(place);
      } else {
        place.className = "corner";
        panel.className = "panel";
        panel.hidden = true;
        const button = document.createElement("button");
        button.type = "button";
        this.#dress = () => {
          const words = WORDS[this.#language];
          button.textContent = panel.hidden ? words.open : "×";
          button.setAttribute("aria-label", panel.hidden ? (this.#news ? words.news : words.open) : words.close);
          button.classList.toggle("news", this.#news);
          button.setAttribute("aria-expanded", String(!panel.hidden));
          if (this.#frame) this.#frame.title = words.title;
        };
        this.#open = (wanted) => {
          if (panel.hidden !== wanted) return;
          panel.hidden = !wanted;
          this.#news = false;
          if (!this.#frame) this.#load(panel); // nothing is fetched before it is wanted
          this.#dress();
          (wanted ? this.#frame : button).focus();
        };
        this.#heard = () => {
          this.#news = panel.hidden;
          this.#dress();
        };
        button.addEventListener("click", () => this.#open(panel.hidden));
        place.addEventListener("keydown", (event) => {
          if (event.key === "Escape") this.#open(false);
        });
        this.#dress();
        place.append(panel, button);
      }
      this.#root.append(place);
    }

    #load(place) {
      this.#frame = document.createElement("iframe");
      this.#frame.title = WORDS[this.#language].title;
      this.#frame.src = this.#address();
      place.append(this.#frame);
    }
  }

  customElements.define("order-desk", OrderDesk);
})();
