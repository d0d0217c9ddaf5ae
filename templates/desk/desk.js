// The desk follows what changes: it waits for a newer version of the issue, and
// puts the parts of the page in place that are others then. Without JavaScript
// the page is the same, and its form and links do what is said here.
"use strict";

const AGAIN = 2000; // ms until a desk that does not answer is asked again

let version = document.body.dataset.version;
let asked = 0; // pages asked for: an older answer must not follow a newer one

// What is written alike stays as it is, with its focus and where it is scrolled;
// what is ticked or folded open stays so in any case.
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

	here.replaceChildren(...there.childNodes);
	for (const box of here.querySelectorAll("[type=checkbox]"))
		box.checked = ticked.includes(box.value);
	if (within)
		(document.getElementById(within) ??
			document.getElementById("in"))?.focus();
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
	const answer = await fetch(where,
		{ method: "POST", body: new FormData(form, button) });

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
	if (form.matches("#beside") && !there.has("told"))
		form.reset(); // what was ticked is in the draft
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
