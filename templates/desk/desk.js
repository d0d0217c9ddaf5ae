// The desk follows what changes: it waits for a newer version of the issue, and
// puts the parts of the page in place that are others then. Without JavaScript
// the page is the same, and its form and links do what is said here.
"use strict";

const AGAIN = 2000; // ms until a desk that does not answer is asked again

let version = document.body.dataset.version;
let asked = 0; // pages asked for: an older answer must not follow a newer one
let answered = false; // he wrote, and knows what became of it

// ----- what is being written -----

const FIELDS = "input[type=text][id], textarea[id], #corrected";

function isWritten(field) {
	return field.value !== (field.defaultValue ?? "");
}

// Also an issue to correct that has gone from those to choose from: without it
// an extra would be made, which goes to all.
function keepChoice(old, field) {
	field.value = old.value;
	if (field.value !== old.value)
		field.append(...old.selectedOptions);
	field.value = old.value;
}

// With the mark of what he saw when he began: what others wrote meanwhile is not
// written over before he was told.
function keepWritten(old) {
	const field = document.getElementById(old.id);
	const mark = `saw_${old.name}`;

	if (!field)
		return;
	if (old.selectedOptions)
		keepChoice(old, field);
	else
		field.value = old.value;
	if (!answered && old.form?.elements[mark])
		field.form.elements[mark].value = old.form.elements[mark].value;
}

// What was sent is written no more, but for what was added to it since.
function forgetWritten(form, sent) {
	for (const { id, name } of form.querySelectorAll(FIELDS)) {
		const field = document.getElementById(id);

		if (field?.value === sent.get(name))
			field.defaultValue = field.value;
	}
}

function focusOn(id, old) {
	const field = document.getElementById(id) ??
		document.getElementById("in");

	field?.focus();
	if (field?.id === id && old.selectionStart != null)
		field.setSelectionRange(old.selectionStart, old.selectionEnd,
			old.selectionDirection);
}

// ----- showing -----

// What is written alike stays as it is, with its focus and where it is scrolled;
// what is ticked, folded open or being written stays so in any case.
function settle(here, there) {
	const focused = document.activeElement;
	const within = here.contains(focused) && focused.id;

	for (const { id } of here.querySelectorAll("[open] > summary[id]"))
		there.querySelector(`#${CSS.escape(id)}`)?.parentElement
			.setAttribute("open", "");
	if (here.innerHTML === there.innerHTML)
		return;
	const ticked = [...here.querySelectorAll("[type=checkbox]:checked")]
		.map((box) => box.value);
	const written = [...here.querySelectorAll(FIELDS)].filter(isWritten);

	here.replaceChildren(...there.childNodes);
	for (const box of here.querySelectorAll("[type=checkbox]"))
		box.checked = ticked.includes(box.value);
	written.forEach(keepWritten);
	if (within)
		focusOn(within, focused);
}

async function refresh(address) {
	const turn = ++asked;
	const answer = await fetch(address, { redirect: "error" });

	if (!answer.ok)
		throw new Error(`${answer.status}`);
	const text = await answer.text();

	if (turn !== asked)
		return;
	const page = new DOMParser().parseFromString(text, "text/html");

	for (const here of document.querySelectorAll("[data-live]")) {
		const name = here.dataset.live;
		const there = page.querySelector(`[data-live="${name}"]`);

		if (there)
			settle(here, there);
	}
	answered = false;
	document.title = page.title;
	version = page.body.dataset.version;
}

// ----- waiting for changes -----

function say(away) {
	document.getElementById("away").hidden = !away;
	document.querySelector("[data-live=live]").hidden = away;
}

async function follow() {
	for (;;) {
		try {
			const answer = await fetch(`changes?since=${version}`);

			if (!answer.ok)
				throw new Error(`${answer.status}`);
			if ((await answer.text()).trim() !== version)
				await refresh(location.href);
			say(false);
		} catch {
			say(true);
			await new Promise((done) => setTimeout(done, AGAIN));
		}
	}
}

// ----- choosing -----

function go(address) {
	history.pushState(null, "", address);
	refresh(address).catch(() => say(true));
}

function choose() {
	const form = document.getElementById("choose");
	const query = new URLSearchParams(new FormData(form));

	go(`?${query}`);
}

document.addEventListener("change", (event) => {
	if (event.target.form?.id === "choose")
		choose();
});

// ----- doing -----

// What was not done, or cannot be seen, is told in the address that it leads to.
async function act(form, button) {
	const where = button?.hasAttribute("formaction")
		? button.formAction : form.action;
	const sent = new FormData(form, button);
	const answer = await fetch(where, { method: "POST", body: sent });

	if (!answer.ok)
		throw new Error(`${answer.status}`);
	const there = new URL(answer.url).searchParams;
	const here = new URL(location.href);

	for (const name of ["told", "done"]) {
		here.searchParams.delete(name);
		if (there.has(name))
			here.searchParams.set(name, there.get(name));
	}
	history.replaceState(null, "", here);
	answered = form.matches("#writing");
	if (answered && !there.has("told"))
		forgetWritten(form, sent);
	if (form.matches("#beside") && !there.has("told"))
		document.getElementById("beside").reset(); // it is in the draft
	await refresh(here);
}

document.addEventListener("submit", (event) => {
	const form = event.target;

	if (form.id === "choose") {
		event.preventDefault();
		choose();
	} else if (form.classList.contains("act")) {
		event.preventDefault();
		act(form, event.submitter).catch(() => say(true));
	}
});
document.addEventListener("click", (event) => {
	const link = event.target.closest(".views a");

	if (!link || event.ctrlKey || event.metaKey || event.shiftKey)
		return;
	event.preventDefault();
	go(link.getAttribute("href"));
});
window.addEventListener("popstate", () => refresh(location.href));

follow();
