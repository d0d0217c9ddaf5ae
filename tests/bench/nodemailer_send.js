/*
 * nodemailer_send.js PORT COUNT PLAN raw|compose: so many personal messages of
 * the plan (peers_cost.py) over a pool of eight connections. `compose` has
 * nodemailer encode each from its text and its page, `raw` gives it the whole
 * message.
 */
'use strict';
const fs = require('fs');
const nodemailer = require('nodemailer');

const CONNECTIONS = 8;
const [port, count] = process.argv.slice(2, 4).map(Number);
const plan = JSON.parse(fs.readFileSync(process.argv[4], 'utf8'));
const compose = process.argv[5] === 'compose';
const cut = text => text.split(/%%(.*?)%%/);
const raw = cut(plan.raw), text = cut(plan.text), html = cut(plan.html);

function fill(pieces, values) {
	return pieces.map((piece, at) => at % 2 ?
		values[piece] || values.token : piece).join('');
}

function letter(n) {
	const token = 'ae' + String(n).padStart(18, '0');
	const address = 'reader' + String(n).padStart(7, '0');
	const values = { token, address, name: 'Reader ' + n };
	const envelope = {
		from: `bounces+${token}@example.org`,
		to: address + '@example.org',
	};
	if (!compose)
		return { envelope, raw: fill(raw, values) };
	return {
		envelope,
		from: 'Harbour Wire <weekly@example.org>',
		to: { name: values.name, address: envelope.to },
		subject: plan.subject,
		messageId: `<${token}@weekly.example.org>`,
		list: { unsubscribe: 'https://lists.example.org/u/' + token },
		headers: { 'List-Id': 'Harbour Weekly <weekly.example.org>' },
		text: fill(text, values),
		html: fill(html, values),
	};
}

const pool = nodemailer.createTransport({
	host: '127.0.0.1', port, name: 'bench', ignoreTLS: true, pool: true,
	maxConnections: CONNECTIONS, maxMessages: Infinity,
});
let next = 0;

/* Two a connection at a time: none of them waits for the next message. */
async function work() {
	while (next < count)
		await pool.sendMail(letter(next++));
}

Promise.all(Array.from({ length: 2 * CONNECTIONS }, work)).then(
	() => pool.close(),
	error => { console.error(error.message); process.exit(1); });
