// Judges that run inside the page: each returns a list of findings, in which
// an element is named by its tag and its first words. Evaluated in the page as
// it stands, so it neither imports nor exports.

const SMALLEST = 14;	// px; below, readers squint or telephones enlarge
const RTL = ["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];
const NAMED = 40;

function words(text) {
	return text.split(/\s+/).filter((word) => word !== "");
}

function name(element) {
	const first = words(element.textContent).join(" ").slice(0, NAMED);

	return `<${element.localName}> "${first}"`;
}

function all(selector) {
	return [...document.querySelectorAll(selector)];
}

function isShown(element) {
	return element.checkVisibility({
		visibilityProperty: true,
		opacityProperty: true,
	});
}

// Those with words in them.
function textNodes() {
	const found = [];
	const walk = document.createTreeWalker(document.body,
		NodeFilter.SHOW_TEXT);

	while (walk.nextNode())
		if (words(walk.currentNode.data).length > 0)
			found.push(walk.currentNode);
	return found;
}

function judgeWidth() {
	const { scrollWidth, clientWidth } = document.documentElement;

	if (scrollWidth === clientWidth)
		return [];
	const wide = all("body *").filter((element) =>
		element.getBoundingClientRect().right > clientWidth + 1);
	return [`${scrollWidth} px in a window of ${clientWidth}: ` +
		wide.slice(-3).map(name).join(", ")];
}

// ----- letters and languages -----

// An alternative text that stands in for its picture is text, too.
function judgeType() {
	const found = [];
	const elements = new Set([
		...textNodes().map((node) => node.parentElement),
		...all("img[alt]:not([alt=''])"),
	]);

	for (const element of [...elements].filter(isShown)) {
		const { fontSize, textTransform } = getComputedStyle(element);

		if (parseFloat(fontSize) < SMALLEST)
			found.push(`${fontSize}: ${name(element)}`);
		if (textTransform === "uppercase")
			found.push(`uppercase: ${name(element)}`);
	}
	return found;
}

function directionOf(language) {
	const { script } = new Intl.Locale(language).maximize();

	return RTL.includes(script) ? "rtl" : "ltr";
}

// lang and dir go together: one letter may have words of both directions.
function judgeDirection() {
	const found = [];

	for (const element of all("[lang]")) {
		const { direction } = getComputedStyle(element);

		if (direction !== directionOf(element.lang))
			found.push(`lang=${element.lang} is ${direction}: ` +
				name(element));
	}
	return found;
}

// Only the preheader, the first text of the page, may be invisible.
function judgeHidden() {
	const [preheader, ...others] = textNodes().map(
		(node) => node.parentElement);

	return others.filter((element) => !isShown(element))
		.filter((element) => isShown(preheader) ||
			!preheader.contains(element))
		.map((element) => `hidden: ${name(element)}`);
}

// ----- without styles -----

function level(heading) {
	return Number(heading.localName[1]);
}

function judgeHeadings() {
	const found = [];
	const headings = all("h1, h2, h3, h4, h5, h6").filter(isShown);
	const tops = headings.filter((heading) => level(heading) === 1);

	if (tops.length !== 1)
		found.push(`${tops.length} <h1>`);
	let above = 0;
	for (const heading of headings) {
		if (level(heading) > above + 1)
			found.push(`<h${above}> is followed by ` + name(heading));
		above = level(heading);
	}
	return found;
}

// The eye meets the words in the order in which the ear does: no text lies
// wholly above the one before it.
function judgeOrder() {
	const found = [];
	let before = null;

	for (const node of textNodes()) {
		const range = document.createRange();

		range.selectNodeContents(node);
		const box = range.getBoundingClientRect();
		if (box.height === 0)
			continue;
		if (before && box.bottom < before.top)
			found.push("stands above what is before it: " +
				name(node.parentElement));
		before = box;
	}
	return found;
}

// What generated content says is lost with the styles.
function judgeGenerated() {
	const found = [];

	for (const element of all("body *")) {
		for (const pseudo of ["::before", "::after"]) {
			const { content } = getComputedStyle(element, pseudo);

			if (/"[^"]*[^"\s]/.test(content))
				found.push(`${content} is no text: ` +
					name(element));
		}
	}
	return found;
}

function removeStyles() {
	for (const element of all("style, link"))
		element.remove();
	for (const element of all("[style]"))
		element.removeAttribute("style");
}

// Changes the page: without styles it says the same words, parted alike.
function judgeUnstyled() {
	const found = [...judgeHeadings(), ...judgeOrder(), ...judgeGenerated()];
	const styled = words(document.body.innerText);

	for (const element of all("body *").filter((one) => !isShown(one)))
		element.remove();
	removeStyles();
	const bare = words(document.body.innerText);
	const at = styled.findIndex((word, index) => word !== bare[index]);
	if (at >= 0 || styled.length !== bare.length)
		found.push(`"${styled.slice(at, at + 6).join(" ")}" becomes ` +
			`"${bare.slice(at, at + 6).join(" ")}"`);
	return found;
}

// ----- without pictures -----

function judgeImage(image) {
	if (!image.hasAttribute("alt"))
		return [`no alt: ${image.outerHTML.slice(0, 2 * NAMED)}`];
	if (image.alt === "")
		return [];
	const { width, height } = image.getBoundingClientRect();
	const letter = parseFloat(getComputedStyle(image).fontSize);
	if (isShown(image) && width >= letter && height >= letter)
		return [];
	return [`"${image.alt}" is not seen without the picture`];
}

// Changes the page: no picture is shown, its alternative text is.
function judgeImages() {
	const images = all("img");

	for (const image of images)
		image.setAttribute("src", "cid:blocked");
	return images.flatMap(judgeImage);
}

globalThis.postrider = {
	judgeWidth, judgeType, judgeDirection, judgeHidden, judgeUnstyled,
	judgeImages,
};
