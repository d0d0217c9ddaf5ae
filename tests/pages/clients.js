// What mail programs make of the page's HTML and CSS, by the data of
// caniemail.com. What one of them does not know at all is a finding, unless it
// stands below: without it the letter reads as well there.
import { caniemail } from "caniemail";

const CLIENTS = [
	"gmail.desktop-webmail", "gmail.ios", "gmail.android",
	"outlook.windows", "outlook.outlook-com", "outlook.macos",
	"apple-mail.macos", "apple-mail.ios",
];

const PREHEADER = "the preheader is hidden by display:none as well";
const MARGIN = "takes a margin off; with it there is a little more white";

// [what, in which clients, why it does no harm there]
const ENHANCEMENTS = [
	["@media", /^outlook/, "the narrow layout is one of telephones"],
	["@media (prefers-color-scheme)", /./,
		"light where it is unknown, or darkened by the client itself"],
	["color-scheme meta tag", /./, "says the same to those that know it"],
	["border-radius", /^outlook/, "corners are square"],
	["<abbr> element", /^outlook\.windows/, "the letters are read as they are"],
	["max-width", /^outlook\.windows/,
		"a ghost table has the width; a picture has its own"],
	["table-layout", /^outlook\.windows/,
		"it shows pictures, or a box of their size in the ghost table"],
	["max-height property", /^outlook\.windows/, PREHEADER],
	["overflow", /^outlook/, PREHEADER],
	["overflow-wrap", /./, "word-break does the same in all of them"],
	["<body> element", /^outlook\.macos/,
		"the table in it has the same background"],
	["Local anchors", /^gmail\.ios/,
		"the contents are a list of titles all the same"],
	[":first-child", /^(gmail|outlook)/, MARGIN],
	[":last-child", /^(gmail|outlook)/, MARGIN],
	["white-space", /^outlook\.windows/, "<pre> keeps its lines by itself"],
	["Child combinator", /^outlook\.windows/,
		"what is in <style> refines; the letter's look is inline"],
];

function isAllowed(client, issue) {
	return ENHANCEMENTS.some(([title, clients]) =>
		title === issue.title && clients.test(client));
}

export function judgeClients(text) {
	const found = new Map();
	const { issues } = caniemail({ clients: CLIENTS, html: text });

	for (const [client, said] of issues.errors) {
		for (const issue of said) {
			if (!isAllowed(client, issue))
				count(found, `${client} has no ${issue.title}`,
					issue.position?.start?.line);
		}
	}
	return [...found].map(([finding, lines]) =>
		`${finding} (${lines.length}, first in line ${lines[0]})`);
}

function count(found, finding, line) {
	found.set(finding, [...(found.get(finding) ?? []), line]);
}
