// A reader at the pages of `serve`: `node journey.js`, on stdin
//
//     {"base": "http://127.0.0.1:…", "language": "ar", "width": 360,
//      "scheme": "dark", "steps": [["open", path], ["fill", selector, value],
//      ["choose", selector, value], ["press", selector], ["wait", ms]]}
//
// and on stdout {"pages": [{"title", "text", "status"}, …] (what each open and
// press led to), "elsewhere": [URLs], "complaints": [of the console]}.
// JavaScript is off: no page may need it.
import { text as readAll } from "node:stream/consumers";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

const plan = JSON.parse(await readAll(process.stdin));
const said = { pages: [], elsewhere: [], complaints: [] };

async function note(page, response) {
	said.pages.push({
		title: await page.title(),
		text: await page.locator("main").innerText(),
		status: response?.status(),
	});
}

const STEPS = {
	open: async (page, path) =>
		note(page, await page.goto(new URL(path, plan.base).href)),
	fill: (page, selector, value) => page.fill(selector, value),
	choose: (page, selector, value) => page.selectOption(selector, value),
	press: async (page, selector) => {
		const [response] = await Promise.all([
			page.waitForNavigation(), page.click(selector)]);
		await note(page, response);
	},
	wait: (page, ms) => page.waitForTimeout(ms),
};

const browser = await chromium.launch({
	executablePath: PROGRAM,
	args: ["--no-sandbox",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
try {
	const context = await browser.newContext({
		javaScriptEnabled: false,
		locale: plan.language ?? "en",
		colorScheme: plan.scheme ?? "light",
		viewport: { width: plan.width ?? 700, height: 800 },
	});
	const page = await context.newPage();

	page.on("request", (request) => {
		if (!request.url().startsWith(plan.base))
			said.elsewhere.push(request.url());
	});
	page.on("console", (message) => said.complaints.push(message.text()));
	for (const [name, ...words] of plan.steps)
		await STEPS[name](page, ...words);
} finally {
	await browser.close();
}
process.stdout.write(JSON.stringify(said) + "\n");
