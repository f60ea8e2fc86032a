// One page as a user has it: what it shows, what is pressed, and all that it must not do meanwhile.

import { pathToFileURL } from "node:url";

const DOMAINS = ["Page", "Runtime", "Network", "Log", "Audits", "DOM", "Accessibility"];
const PATIENCE_MS = 60_000;
const KEYS = {
  Tab: { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 },
  Enter: { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Escape: { key: "Escape", code: "Escape", windowsVirtualKeyCode: 27 },
  ArrowDown: { key: "ArrowDown", code: "ArrowDown", windowsVirtualKeyCode: 40 },
  ArrowUp: { key: "ArrowUp", code: "ArrowUp", windowsVirtualKeyCode: 38 },
  ArrowLeft: { key: "ArrowLeft", code: "ArrowLeft", windowsVirtualKeyCode: 37 },
  ArrowRight: { key: "ArrowRight", code: "ArrowRight", windowsVirtualKeyCode: 39 },
};

export class Page {
  // What went wrong: messages on the console, exceptions, violations of the policy, dialogs, requests.
  faults = [];
  requests = [];
  #url;
  #loaded;

  // `width` and `height` in CSS pixels, `scheme` is `light` or `dark`.
  static async open(browser, path, { width = 1280, height = 900, scheme = "light", scripts = true } = {}) {
    const page = new Page();
    page.#url = pathToFileURL(path).href;
    const { send, end } = await browser.attach((method, params) => page.#happened(method, params));
    page.send = send;
    page.end = end;
    for (const domain of DOMAINS) await send(domain + ".enable");
    await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    if (!scripts) await send("Emulation.setScriptExecutionDisabled", { value: true });
    const loaded = new Promise((answer) => (page.#loaded = answer));
    await send("Page.navigate", { url: page.#url });
    await loaded;
    return page;
  }

  #happened(method, params) {
    const told = {
      "Page.loadEventFired": () => this.#loaded?.(),
      "Network.requestWillBeSent": () => this.requests.push(params.request.url),
      "Network.webSocketCreated": () => this.requests.push(params.url),
      "Runtime.exceptionThrown": () => this.faults.push("exception: " + (params.exceptionDetails.exception?.description ?? params.exceptionDetails.text)),
      "Runtime.consoleAPICalled": () => this.faults.push("console: " + params.args.map((arg) => arg.value ?? arg.description).join(" ")),
      "Log.entryAdded": () => this.faults.push(`log: ${params.entry.level}: ${params.entry.text}`),
      "Audits.issueAdded": () => {
        // Others than these are advice to whoever writes pages.
        if (params.issue.code === "ContentSecurityPolicyIssue") this.faults.push("policy: " + JSON.stringify(params.issue.details));
      },
      "Page.javascriptDialogOpening": () => {
        this.faults.push("dialog: " + params.message);
        this.send("Page.handleJavaScriptDialog", { accept: false }).catch(() => {});
      },
      "Page.frameAttached": () => this.faults.push("a frame was added"),
    };
    told[method]?.();
  }

  // Faults, and requests for anything but the file itself; what the page made in memory is none.
  outside() {
    const asked = this.requests.filter((url) => url.split("#")[0] !== this.#url && !url.startsWith("blob:null"));
    return [...this.faults, ...asked.map((url) => "request: " + url)];
  }

  // The value of a function run in the page, which policies do not bind.
  async see(read, ...values) {
    const expression = `(${read})(...${JSON.stringify(values)})`;
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // Asks again until the answer is true, and gives it.
  async wait(what, read, ...values) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.see(read, ...values);
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what} does not come`);
      await new Promise((answer) => setTimeout(answer, 20));
    }
  }

  // The event table is there and says how much it shows.
  ready() {
    return this.wait("the event table", () => /\d/.test(document.getElementById("filter-count")?.textContent ?? ""));
  }

  // Chooses to see every event, where the page begins with those that tell something.
  async showAll() {
    await this.see(() => {
      const choice = [...document.querySelectorAll("#filter option")].find((option) => option.textContent === "all events");
      if (!choice) return;
      choice.parentElement.value = choice.value;
      for (const kind of ["input", "change"]) choice.parentElement.dispatchEvent(new Event(kind, { bubbles: true }));
    });
    await this.wait("all events", () => {
      return !/told|hidden/.test(document.getElementById("filter-count").textContent);
    });
  }

  async press(name, modifiers = 0) {
    const key = KEYS[name] ?? { key: name, text: name, windowsVirtualKeyCode: name.toUpperCase().charCodeAt(0) };
    await this.send("Input.dispatchKeyEvent", { type: key.text ? "keyDown" : "rawKeyDown", modifiers, ...key });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", modifiers, key: key.key, code: key.code });
  }

  async write(text) {
    for (const letter of text) await this.press(letter);
  }

  async drag([fromX, fromY], [toX, toY]) {
    const mouse = (type, x, y) => this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons: 1, clickCount: 1 });
    await mouse("mousePressed", fromX, fromY);
    for (const part of [0.25, 0.5, 0.75, 1]) await mouse("mouseMoved", fromX + (toX - fromX) * part, fromY + (toY - fromY) * part);
    await mouse("mouseReleased", toX, toY);
  }

  // Everything that a screen reader would say, in order: what is hidden is not in it.
  async read() {
    const { nodes } = await this.send("Accessibility.getFullAXTree");
    const texts = nodes.filter((node) => !node.ignored && node.role?.value === "StaticText");
    return texts.map((node) => node.name?.value ?? "").join(" ").replace(/\s+/g, " ");
  }

  async picture() {
    const { data } = await this.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: false });
    return Buffer.from(data, "base64");
  }

  async paper() {
    const { data } = await this.send("Page.printToPDF", { printBackground: true, paperWidth: 8.27, paperHeight: 11.69 });
    return Buffer.from(data, "base64");
  }
}
