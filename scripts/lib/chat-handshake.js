/**
 * What the handshake of the chat is to carry: CHAT_ORIGIN, CHAT_HEADERS and CHAT_SUBPROTOCOLS, read and checked. Values
 * are secret: no message shows one. Pure.
 */

/** @import { Config } from './config.js' */

/** A name of a header or of a subprotocol (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What may stand in the value of a header (RFC 9110, section 5.5), in ASCII. */
const VALUE = /^[\t\x20-\x7e]*$/;

const ORIGIN = /^(null|[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+)$/i;

/** Headers that the handshake sets itself. */
const OWNED = /^(connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/i;

/**
 * Headers of the handshake. AUTH_HEADER is for the API, too; an Authorization in CHAT_HEADERS is nearer to the chat.
 *
 * @param {Pick<Config, 'AUTH_HEADER' | 'CHAT_ORIGIN' | 'CHAT_HEADERS'>} config
 * @returns {Record<string, string>}
 */
export function handshakeHeaders({ AUTH_HEADER, CHAT_ORIGIN, CHAT_HEADERS }) {
    /** @type {Map<string, [string, string]>} */
    const headers = new Map();
    const put = (/** @type {string} */ name, /** @type {string} */ value) => headers.set(name.toLowerCase(), [name, value]);
    if (AUTH_HEADER !== '') put('Authorization', AUTH_HEADER); // an empty header is not the same as none
    if (CHAT_ORIGIN !== '') put('Origin', CHAT_ORIGIN);
    for (const { name, value } of parts(CHAT_HEADERS)) put(name, value);
    return Object.fromEntries(headers.values());
}

/**
 * Subprotocols to offer, in the order in which they are wanted.
 *
 * @param {string} text
 */
export function subprotocols(text) {
    return text === '' ? [] : text.split(',').map((name) => name.trim());
}

/**
 * What is wrong with the three variables, one line each; none when all is well.
 *
 * @param {Pick<Config, 'CHAT_ORIGIN' | 'CHAT_HEADERS' | 'CHAT_SUBPROTOCOLS'>} config
 * @returns {string[]}
 */
export function handshakeProblems({ CHAT_ORIGIN, CHAT_HEADERS, CHAT_SUBPROTOCOLS }) {
    const problems = [];
    if (CHAT_ORIGIN !== '' && !ORIGIN.test(CHAT_ORIGIN)) {
        problems.push(`CHAT_ORIGIN="${CHAT_ORIGIN.replace(/\/\/[^/]*@/, '//').replace(/[?#].*/, '')}" is not allowed: scheme and host as a browser sends them, ` +
            'such as https://app.example, without a path');
    }
    const wrong = wrongHeader(CHAT_HEADERS, CHAT_ORIGIN !== '');
    if (wrong !== '') problems.push(`CHAT_HEADERS=(hidden) is not allowed: ${wrong}`);
    const names = subprotocols(CHAT_SUBPROTOCOLS);
    if (!names.every((name) => TOKEN.test(name)) || new Set(names).size < names.length) {
        problems.push(`CHAT_SUBPROTOCOLS="${CHAT_SUBPROTOCOLS}" is not allowed: names such as chat.v2, separated by commas, each once`);
    }
    return problems;
}

/**
 * @param {string} text
 * @param {boolean} origin whether CHAT_ORIGIN is set
 */
function wrongHeader(text, origin) {
    const seen = new Set();
    for (const [index, { name, value }] of parts(text).entries()) {
        const lower = name.toLowerCase();
        if (!TOKEN.test(name)) return `header ${index + 1} is not Name: value; several are separated by |, and a | in a value is written \\|`;
        if (!VALUE.test(value)) return `the value of ${name} holds a character that no header can carry`;
        if (OWNED.test(name)) return `the WebSocket handshake sets ${name} itself${lower === 'sec-websocket-protocol' ? ': set CHAT_SUBPROTOCOLS' : ''}`;
        if (lower === 'origin' && origin) return 'Origin is set by CHAT_ORIGIN, too: set one of them';
        if (seen.has(lower)) return `${name} is there twice`;
        seen.add(lower);
    }
    return '';
}

/**
 * The headers of `Name: value|Name: value`; one without a colon has no name.
 *
 * @param {string} text
 */
function parts(text) {
    if (text === '') return [];
    /** @type {string[]} */
    const pieces = [];
    let open = false; // the last piece ends with an escaped bar
    for (const piece of text.split('|')) {
        if (open) pieces[pieces.length - 1] += `|${piece}`;
        else pieces.push(piece);
        open = piece.endsWith('\\');
        if (open) pieces[pieces.length - 1] = pieces[pieces.length - 1].slice(0, -1);
    }
    return pieces.map((piece) => {
        const colon = piece.indexOf(':');
        return { name: piece.slice(0, Math.max(0, colon)).trim(), value: piece.slice(colon + 1).trim() };
    });
}
