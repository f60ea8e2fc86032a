// Chromium without a window, spoken to by the DevTools protocol over a pair of pipes: messages are JSON
// that a NUL ends. Nothing beside Node itself is needed.

import { spawn } from "node:child_process";

// As root Chromium needs its sandbox off; the rest keeps it from talking to anybody on its own.
const SWITCHES = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage", "--hide-scrollbars",
  "--remote-debugging-pipe",
];
const PATIENCE_MS = 60_000;

export class Browser {
  #child;
  #waiting = new Map();
  #listeners = new Map();
  #rest = [];
  #last = 0;

  // Starts the program with a folder of its own for what it keeps.
  constructor(program, folder) {
    const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"];
    this.#child = spawn(program, [...SWITCHES, `--user-data-dir=${folder}`], { stdio });
    this.#child.on("exit", () => {
      for (const { refuse } of this.#waiting.values()) refuse(new Error("the browser has ended"));
      this.#waiting.clear();
    });
    this.#child.stdio[3].on("error", () => {});
    this.#child.stdio[4].on("data", (bytes) => this.#take(bytes));
  }

  #take(bytes) {
    let end;
    while ((end = bytes.indexOf(0)) >= 0) {
      const message = Buffer.concat([...this.#rest, bytes.subarray(0, end)]).toString();
      this.#rest = [];
      bytes = bytes.subarray(end + 1);
      this.#read(JSON.parse(message));
    }
    if (bytes.length > 0) this.#rest.push(bytes);
  }

  #read(message) {
    const asked = this.#waiting.get(message.id);
    if (!asked) {
      this.#listeners.get(message.sessionId)?.(message.method, message.params);
      return;
    }
    this.#waiting.delete(message.id);
    clearTimeout(asked.timer);
    if (message.error) asked.refuse(new Error(`${asked.method}: ${message.error.message}`));
    else asked.answer(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    return new Promise((answer, refuse) => {
      const timer = setTimeout(() => refuse(new Error(`${method}: no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
      this.#waiting.set(id, { method, answer, refuse, timer });
      this.#child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    });
  }

  // An empty page of its own, and what is called with every event of it.
  async attach(listener) {
    const { browserContextId } = await this.send("Target.createBrowserContext");
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    this.#listeners.set(sessionId, listener);
    const end = async () => {
      this.#listeners.delete(sessionId);
      await this.send("Target.disposeBrowserContext", { browserContextId });
    };
    return { send: (method, params) => this.send(method, params, sessionId), end };
  }

  async close() {
    const ended = new Promise((answer) => this.#child.on("exit", answer));
    await this.send("Browser.close").catch(() => {});
    await ended;
  }
}
