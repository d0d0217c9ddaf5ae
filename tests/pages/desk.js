// An editor at the desk: `node desk.js`, on stdin
//
//     {"address": what `postrider desk` printed, "width": 1400,
//      "scheme": "dark", "language": "tr", "script": false,
//      "steps": [["enter"], ["fill", selector, value],
//      ["choose", selector, value], ["press", selector],
//      ["focus_on", selector], ["key", name], ["paste", text],
//      ["write", file, text], ["run", program, argument, …],
//      ["value", selector], ["until", selector, text],
//      ["letter", selector of a frame, text], ["focus"],
//      ["colour", selector of a frame], ["inside", selector of a frame,
//      selector of what is pressed there], ["poke", selector of a frame],
//      ["size", selector], ["count", selector], ["reaches", selector],
//      ["axe"], ["shoot", file]]}
//
// and on stdout {"said": [what the steps have to say], "elsewhere": [URLs],
// "complaints": [of the console], "acts": [what a letter must not do: scripts
// that set `acted`, dialogs, windows, POSTs, leaving the page]}. `until` and
// `letter` wait for the text; `poke` presses all that can be pressed.
import axe from "axe-core";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PATIENCE = 10000;
const PRESSED = "a, area, button, input, label, summary, [onclick], svg";
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

const plan = JSON.parse(await readAll(process.stdin));
const said = { said: [], elsewhere: [], complaints: [], acts: [] };
const base = new URL("/", plan.address).href;
async function waitFor(locator, text) {
	await locator.filter({ hasText: text }).first()
		.waitFor({ state: "attached", timeout: PATIENCE });
}

// What stands in a frame is the letter's own affair, and judged elsewhere.
async function judge(page) {
	await page.evaluate(axe.source);
	const found = await page.evaluate((tags) => globalThis.axe.run(
		{ exclude: ["iframe"] },
		{ runOnly: tags, iframes: false }), WCAG);

	return found.violations.flatMap((rule) => rule.nodes.map((node) =>
		`${rule.id}: ${node.target} ${node.html.slice(0, 100)}`));
}

// Whatever a letter makes of itself, it is pressed for a moment only.
async function poke(page, selector) {
	const all = await page.frameLocator(selector).locator(PRESSED).all();

	for (const one of all)
		await one.click({ force: true, noWaitAfter: true, timeout: 200 })
			.catch(() => {});
}

// What is on top in the middle of it is what is pressed.
function isOnTop(element) {
	element.scrollIntoView({ block: "center" });
	const box = element.getBoundingClientRect();
	const top = document.elementFromPoint(box.x + box.width / 2,
		box.y + box.height / 2);

	return element.contains(top);
}

async function findActed(page) {
	for (const frame of page.frames())
		if (await frame.evaluate(() => globalThis.acted).catch(() => null))
			said.acts.push(`script in ${frame.url()}`);
	if (!page.url().startsWith(base))
		said.acts.push(`left for ${page.url()}`);
}

const STEPS = {
	enter: async (page) => {
		await page.goto(plan.address);
		said.said.push(page.url());
	},
	fill: (page, selector, value) => page.fill(selector, value),
	choose: (page, selector, value) => page.selectOption(selector, value),
	press: (page, selector) => page.click(selector),
	focus_on: (page, selector) => page.focus(selector),
	key: (page, name) => page.keyboard.press(name),
	paste: (page, text) => page.keyboard.insertText(text),
	write: (page, file, text) => writeFile(file, text),
	run: (page, program, ...words) => promisify(execFile)(program, words),
	value: async (page, selector) =>
		said.said.push(await page.inputValue(selector)),
	until: (page, selector, text) => waitFor(page.locator(selector), text),
	letter: (page, selector, text) =>
		waitFor(page.frameLocator(selector).locator("body"), text),
	focus: async (page) => said.said.push(
		await page.evaluate(() => document.activeElement.id ||
			document.activeElement.textContent)),
	colour: async (page, selector) => said.said.push(
		await page.frameLocator(selector).locator("body").evaluate(
			() => [getComputedStyle(document.documentElement)
				.colorScheme, origin])),
	inside: (page, selector, what) =>
		page.frameLocator(selector).locator(what).first().click(),
	poke,
	count: async (page, selector) =>
		said.said.push(await page.locator(selector).count()),
	reaches: async (page, selector) => said.said.push(
		await page.locator(selector).first().evaluate(isOnTop)),
	size: async (page, selector) => said.said.push(
		await page.locator(selector).evaluate(
			(element) => element.clientWidth)),
	axe: async (page) => said.said.push(await judge(page)),
	shoot: (page, path) => page.screenshot({ path, fullPage: true }),
};

const browser = await chromium.launch({
	executablePath: PROGRAM,
	args: ["--no-sandbox",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
try {
	const context = await browser.newContext({
		javaScriptEnabled: plan.script ?? true,
		locale: plan.language ?? "en",
		colorScheme: plan.scheme ?? "light",
		viewport: { width: plan.width ?? 1400, height: 900 },
	});
	const page = await context.newPage();

	page.on("request", (request) => {
		if (!request.url().startsWith(base) &&
			!request.url().startsWith("data:"))
			said.elsewhere.push(request.url());
	});
	page.on("request", (request) => {
		if (request.method() === "POST" &&
			request.url().startsWith(base))
			said.acts.push(`POST ${request.url()}`);
	});
	page.on("dialog", (dialog) => {
		said.acts.push(`dialog ${dialog.message()}`);
		dialog.dismiss();
	});
	context.on("page", (other) => said.acts.push(`window ${other.url()}`));
	page.on("console", (message) => said.complaints.push(message.text()));
	page.on("pageerror", (error) => said.complaints.push(error.message));
	for (const [name, ...words] of plan.steps)
		await STEPS[name](page, ...words);
	await findActed(page);
} finally {
	await browser.close();
}
process.stdout.write(JSON.stringify(said) + "\n");
