// An editor at the desk: `node desk.js`, on stdin
//
//     {"address": what `postrider desk` printed, "width": 1400,
//      "scheme": "dark", "language": "tr", "script": false,
//      "steps": [["enter"], ["fill", selector, value],
//      ["choose", selector, value], ["press", selector],
//      ["focus_on", selector], ["key", name], ["paste", text],
//      ["write", file, text], ["until", selector, text],
//      ["letter", selector of a frame, text], ["focus"],
//      ["colour", selector of a frame], ["inside", selector of a frame,
//      selector of what is pressed there], ["size", selector], ["axe"],
//      ["shoot", file]]}
//
// and on stdout {"said": [what the steps have to say], "elsewhere": [URLs],
// "complaints": [of the console]}. `until` and `letter` wait for the text.
import axe from "axe-core";
import { writeFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PATIENCE = 10000;
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

const plan = JSON.parse(await readAll(process.stdin));
const said = { said: [], elsewhere: [], complaints: [] };
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
	page.on("console", (message) => said.complaints.push(message.text()));
	page.on("pageerror", (error) => said.complaints.push(error.message));
	for (const [name, ...words] of plan.steps)
		await STEPS[name](page, ...words);
} finally {
	await browser.close();
}
process.stdout.write(JSON.stringify(said) + "\n");
