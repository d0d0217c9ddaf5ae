// What is wrong with pages: `node judge.js`, on stdin
//
//     [{"name": …, "file": a page, "checks": [names; all when left out]}, …]
//
// and on stdout {name of page: {name of check: [finding, …]}}, in which a check
// that ran has its key. One browser for all of them.
import axe from "axe-core";
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { launch, resize, Tab } from "./browser.js";
import { judgeClients } from "./clients.js";
import { judgeHtml } from "./mailhtml.js";

const NARROWEST = 320;	// WCAG 2.1, 1.4.10
const WIDTHS = [360, 700];
const SCHEMES = ["light", "dark"];
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

const inPage = await readFile(new URL("inpage.js", import.meta.url), "utf-8");

// ----- the checks -----

function ask(page, judge) {
	return page.evaluate((name) => globalThis.postrider[name](), judge);
}

async function judgeWidth(page) {
	await resize(page, NARROWEST);
	return ask(page, "judgeWidth");
}

function reason({ any, all, none }) {
	return [...any, ...all, ...none][0]?.message;
}

// A contrast that axe cannot tell is one that nobody has looked at.
function axeFindings(results) {
	const unsure = results.incomplete.filter(
		(rule) => rule.id === "color-contrast");

	return [...results.violations, ...unsure].flatMap((rule) =>
		rule.nodes.map((node) => `${rule.id}: ${node.target} ` +
			`${node.html.slice(0, 100)} ${reason(node)}`));
}

async function judgeAxe(page) {
	const found = [];

	await page.evaluate(axe.source);
	for (const width of WIDTHS) {
		for (const colorScheme of SCHEMES) {
			await resize(page, width);
			await page.emulateMedia({ colorScheme });
			const results = await page.evaluate((tags) =>
				globalThis.axe.run({ runOnly: tags }), WCAG);
			for (const said of axeFindings(results))
				found.push(`${width} px, ${colorScheme}: ` + said);
		}
	}
	return found;
}

// In this order: the last ones change the page.
const CHECKS = {
	html: ({ text }) => judgeHtml(text),
	clients: ({ text }) => judgeClients(text),
	requests: ({ asked }) => asked,
	width: ({ page }) => judgeWidth(page),
	axe: ({ page }) => judgeAxe(page),
	type: ({ page }) => ask(page, "judgeType"),
	direction: ({ page }) => ask(page, "judgeDirection"),
	hidden: ({ page }) => ask(page, "judgeHidden"),
	images: ({ page }) => ask(page, "judgeImages"),
	unstyled: ({ page }) => ask(page, "judgeUnstyled"),
};

// ----- pages -----

async function judgePage(tab, { file, checks }) {
	await tab.show(file);
	const { page, asked } = tab;
	const subject = { page, asked, text: await readFile(file, "utf-8") };
	const verdict = {};

	await page.evaluate(inPage);
	for (const [name, judge] of Object.entries(CHECKS))
		if (!checks || checks.includes(name))
			verdict[name] = await judge(subject);
	return verdict;
}

const verdicts = {};
const pages = JSON.parse(await readAll(process.stdin));
const browser = await launch();
try {
	const tab = await Tab.open(browser);
	for (const page of pages)
		verdicts[page.name] = await judgePage(tab, page);
} finally {
	await browser.close();
}
process.stdout.write(JSON.stringify(verdicts) + "\n");
