// The HTML part by the rules of html-validate. Each rule that is off, or
// softer than recommended, has the mail program that asks for it.
import { HtmlValidate } from "html-validate";

const RULES = {
	// Gmail drops <style> where it clips, forwards and quotes.
	"no-inline-style": "off",
	// Outlook for Windows sets tables by attributes, not by CSS.
	"no-deprecated-attr": "off",
	// Its ghost tables stand in conditional comments.
	"no-conditional-comment": "off",
	// The title is the subject, which has its own limits; a search engine's
	// are none of ours.
	"long-title": "off",
	// A <tbody> is implied where it is left out, in every mail program, and
	// the layout's tables have one row after another.
	"prefer-tbody": "off",
};

const judge = new HtmlValidate({
	root: true,
	extends: ["html-validate:recommended"],
	rules: RULES,
});

export async function judgeHtml(text) {
	const report = await judge.validateString(text);
	const found = report.results.flatMap((result) => result.messages.map(
		(said) => `${said.line}:${said.column} ${said.ruleId}: ` +
			said.message));

	return [...new Set(found)];	// a missing scope is told twice
}
