// Debian's Chromium, from which nothing leaves.
import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const WIDTH = 700;
const HEIGHT = 800;

// The sandbox needs what containers and root do not have. No name is resolved,
// so that a request which slips past a tab's guard still goes nowhere.
export function launch() {
	return chromium.launch({
		executablePath: PROGRAM,
		args: ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"],
	});
}

export function resize(page, width) {
	return page.setViewportSize({ width, height: HEIGHT });
}

// A tab for all pages, one after another: a new one takes half a second. What a
// page asks for besides what lies in its own folder is refused, and noted in
// `asked`. cid: is a part of its own message.
export class Tab {
	static async open(browser) {
		const tab = new Tab();

		tab.page = await browser.newPage();
		await tab.page.route("**/*", (route) => tab.guard(route));
		return tab;
	}

	guard(route) {
		const url = route.request().url();

		if (url.startsWith(this.folder))
			return route.continue();
		if (!url.startsWith("cid:"))
			this.asked.push(url);
		return route.abort();
	}

	async show(file) {
		const url = pathToFileURL(file);

		this.asked = [];
		this.folder = new URL(".", url).href;
		await resize(this.page, WIDTH);
		await this.page.emulateMedia({ colorScheme: "light" });
		await this.page.goto(url.href);
	}
}
