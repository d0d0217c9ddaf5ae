// Pictures of letters, for people to look at: `node shoot.js OUT FOLDER…`,
// where each FOLDER is what `preview --out` wrote. The page is taken narrow and
// wide, light and dark, the text part as a program for plain text shows it.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch, resize, Tab } from "./browser.js";

const WIDTHS = [360, 700];
const SCHEMES = ["light", "dark"];
// Higher pictures are scaled down to nothing where they are looked at, and past
// 16384 Chromium paints none.
const SLICE = 1500;

async function shoot(page, name) {
	const { width } = page.viewportSize();
	const full = await page.evaluate(
		() => document.documentElement.scrollHeight);

	for (let y = 0, part = 1; y < full; y += SLICE, part++) {
		const height = Math.min(SLICE, full - y);
		await page.screenshot({
			path: `${name}-${part}.png`,
			fullPage: true,
			clip: { x: 0, y, width, height },
		});
	}
}

async function shootPage(tab, file, name) {
	await tab.show(file);
	for (const width of WIDTHS) {
		for (const scheme of SCHEMES) {
			await resize(tab.page, width);
			await tab.page.emulateMedia({ colorScheme: scheme });
			await shoot(tab.page, `${name}-${width}-${scheme}`);
		}
	}
}

async function shootText(tab, file, name) {
	const folder = await mkdtemp(path.join(tmpdir(), "postrider-shoot-"));
	const page = path.join(folder, "text.html");
	const text = (await readFile(file, "utf-8"))
		.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

	await writeFile(page, '<!DOCTYPE html><meta charset="utf-8">' +
		'<pre style="font:14px/1.35 monospace;margin:16px;' +
		`white-space:pre-wrap">${text}</pre>`);
	await tab.show(page);
	await shoot(tab.page, `${name}-text`);
	await rm(folder, { recursive: true });
}

const [out, ...folders] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await launch();
try {
	const tab = await Tab.open(browser);
	for (const folder of folders) {
		const name = path.join(out, path.basename(folder));
		const page = path.join(folder, "message.html");
		if (existsSync(page)) // a digest of messages has none
			await shootPage(tab, page, name);
		await shootText(tab, path.join(folder, "message.txt"), name);
	}
} finally {
	await browser.close();
}
