/**
 * The kinds of value that a variable can have: how each is read from text, and what is said when it cannot be.
 */

/**
 * @typedef {object} Rule what a variable of the table may restrict; each kind looks at its own.
 * @property {string} kind
 * @property {string | number} [min] smallest allowed value
 * @property {string | number} [max] largest allowed value
 * @property {number} [above] allowed are only values above this
 * @property {readonly string[]} [allowed] the words of an enum
 * @property {readonly string[]} [schemes] the schemes of a URL
 * @property {boolean} [query] a URL may have a query
 *
 * @typedef {object} Kind
 * @property {(text: string, rule: Rule) => any} parse the value; undefined when the text is not allowed
 * @property {(rule: Rule) => string} allowed what is allowed, to stand behind a colon
 */

const UNITS = { h: 3600000, m: 60000, s: 1000, ms: 1 };
const QUOTED = String.raw`"(?:[^"\\\n]|\\[\\"n])*"`;
const LABEL = String.raw`(?:[A-Za-z_]\w*|${QUOTED})\s*=\s*${QUOTED}`;
const LABELS = String.raw`${LABEL}(?:\s*,\s*${LABEL})*`;
// name, name{label="value"}, or {"any name",label="value"} for a name that needs quotes.
const SERIES = new RegExp(String.raw`^(?:[A-Za-z_:][\w:]*(?:\{\s*(?:${LABELS}\s*,?\s*)?\})?|\{\s*${QUOTED}(?:\s*,\s*${LABELS})?\s*,?\s*\})$`);
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/y;

/**
 * Milliseconds of a duration as k6 and Go write it: `100ms`, `1.5s`, `1m30s`. A number without a unit is none, for
 * nobody can tell whether it means seconds or milliseconds; only 0 is the same in both.
 *
 * @param {string} text
 * @returns {number | undefined}
 */
export function parseDuration(text) {
    if (text === '0') return 0;
    let total = 0;
    let last = Infinity;
    PART.lastIndex = 0;
    for (let at = 0; at < text.length; at = PART.lastIndex) {
        const part = PART.exec(text);
        if (!part) return undefined;
        const unit = UNITS[/** @type {keyof typeof UNITS} */ (part[2])];
        if (unit >= last) return undefined; // 30s1m and 1m1m are slips, not durations
        last = unit;
        total += Number(part[1]) * unit;
    }
    return text === '' ? undefined : total;
}

/**
 * A duration as text, with nothing lost: parseDuration gives the same number again.
 *
 * @param {number} ms
 */
export function durationText(ms) {
    let rest = ms;
    let text = '';
    for (const [name, length] of Object.entries(UNITS)) {
        const count = name === 'ms' ? rest : Math.floor(rest / length);
        if (count > 0) text += `${count}${name}`;
        rest -= count * length;
    }
    return text || '0s';
}

/**
 * @param {number | undefined} value
 * @param {number | undefined} min
 * @param {number | undefined} max
 * @param {number} [above]
 */
function within(value, min = -Infinity, max = Infinity, above = -Infinity) {
    return value !== undefined && Number.isFinite(value) && value >= min && value <= max && value > above
        ? value : undefined;
}

/** @param {Rule} rule */
function range({ min, max, above }) {
    if (above !== undefined) return `above ${above}${max === undefined ? '' : ` and up to ${max}`}`;
    return `from ${min} to ${max}`;
}

/** @param {Rule} rule */
const numeric = (rule) => ({ min: /** @type {number} */ (rule.min), max: /** @type {number} */ (rule.max) });

/** @type {Record<string, Kind>} */
export const KINDS = {
    int: {
        parse: (text, rule) =>
            within(/^\d+$/.test(text) ? Number(text) : undefined, numeric(rule).min, numeric(rule).max, rule.above),
        allowed: (rule) => `a whole number ${range(rule)}`,
    },
    number: {
        parse: (text, rule) =>
            within(/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined, numeric(rule).min, numeric(rule).max, rule.above),
        allowed: (rule) => `a number ${range(rule)}`,
    },
    ratio: {
        parse: (text, rule) => KINDS.number.parse(text, rule),
        allowed: (rule) => `a share ${range(rule)}, where 0.01 is 1 %`,
    },
    duration: {
        parse: (text, rule) =>
            within(parseDuration(text), parseDuration(`${rule.min}`), parseDuration(`${rule.max}`)),
        allowed: (rule) => `a duration ${range(rule)}, such as 500ms, 30s or 1m30s`,
    },
    url: {
        parse: parseUrl,
        allowed: (rule) => `a URL such as ${(rule.schemes ?? [])[0]}://localhost:8080` +
            `${(rule.schemes ?? []).length > 1 ? `, or with ${(rule.schemes ?? []).slice(1).join(', ')}` : ''}` +
            `${rule.query ? '' : ', without ? and #'}`,
    },
    path: {
        parse: (text) => (/^\/[^\s?#]*$/.test(text) ? text : undefined),
        allowed: () => 'a path that begins with /, without ? and #',
    },
    series: {
        parse: (text) => (SERIES.test(text) ? text : undefined),
        allowed: () => 'the name of a metric, or with labels: name{label="value"}; a name with other letters in quotes: {"any name",label="value"}',
    },
    enum: {
        parse: (text, rule) => ((rule.allowed ?? []).includes(text) ? text : undefined),
        allowed: (rule) => `one of ${(rule.allowed ?? []).join(', ')}`,
    },
    bool: {
        parse: (text) => (['1', 'true'].includes(text) ? true : ['0', 'false'].includes(text) ? false : undefined),
        allowed: () => '1 or true, 0 or false',
    },
    string: {
        parse: (text) => text,
        allowed: () => 'any text',
    },
};

/**
 * A URL without the slash at its end, so that a path can be put behind it.
 *
 * @param {string} text
 * @param {Rule} rule
 */
function parseUrl(text, rule) {
    const parts = /^([a-z]+):\/\/([^\s/?#]+)(\/[^\s?#]*)?(\?[^\s#]*)?$/.exec(text);
    if (!parts || !(rule.schemes ?? []).includes(parts[1])) return undefined;
    const [, , authority, , query] = parts;
    if (query !== undefined && !rule.query) return undefined;
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    const port = /^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(?::(\d+))?$/.exec(host);
    if (!port || (port[1] !== undefined && (Number(port[1]) < 1 || Number(port[1]) > 65535))) return undefined;
    return query === undefined ? text.replace(/\/+$/, '') : text;
}
