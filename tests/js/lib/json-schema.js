/**
 * As much of JSON Schema as summary.schema.json uses. A keyword that is not known is an error, so that nothing in the
 * schema is silently not checked.
 */

const IGNORED = ['$schema', '$id', '$defs', 'title', 'description'];

/**
 * @param {any} schema
 * @param {any} value
 * @param {any} [root]
 * @param {string} [at]
 * @returns {string[]} what is wrong
 */
export function violations(schema, value, root = schema, at = '$') {
    const wrong = [];
    for (const [keyword, rule] of Object.entries(schema)) {
        if (IGNORED.includes(keyword)) continue;
        const check = KEYWORDS[keyword];
        if (!check) throw new Error(`keyword ${keyword} at ${at} is not supported`);
        wrong.push(...check(rule, value, { schema, root, at }));
    }
    return wrong;
}

function typeOf(value) {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'array';
    if (Number.isInteger(value)) return 'integer';
    return typeof value;
}

const isObject = (value) => typeOf(value) === 'object';

const KEYWORDS = {
    $ref: (rule, value, { root, at }) => violations(root.$defs[rule.replace('#/$defs/', '')], value, root, at),
    type: (rule, value, { at }) => {
        const types = [rule].flat();
        const type = typeOf(value);
        return types.includes(type) || (type === 'integer' && types.includes('number')) ? [] : [`${at}: ${type}, not ${types}`];
    },
    const: (rule, value, { at }) => (value === rule ? [] : [`${at}: ${value}, not ${rule}`]),
    enum: (rule, value, { at }) => (rule.includes(value) ? [] : [`${at}: ${value}, not one of ${rule}`]),
    minimum: (rule, value, { at }) => (typeof value !== 'number' || value >= rule ? [] : [`${at}: ${value} below ${rule}`]),
    maximum: (rule, value, { at }) => (typeof value !== 'number' || value <= rule ? [] : [`${at}: ${value} above ${rule}`]),
    minItems: (rule, value, { at }) => (!Array.isArray(value) || value.length >= rule ? [] : [`${at}: ${value.length} items`]),
    pattern: (rule, value, { at }) =>
        (typeof value !== 'string' || new RegExp(rule).test(value) ? [] : [`${at}: ${value} does not match ${rule}`]),
    required: (rule, value, { at }) =>
        (isObject(value) ? rule.filter((name) => !(name in value)).map((name) => `${at}: no ${name}`) : []),
    properties: (rule, value, { root, at }) => (isObject(value)
        ? Object.entries(rule).flatMap(([name, schema]) => (name in value ? violations(schema, value[name], root, `${at}.${name}`) : []))
        : []),
    additionalProperties: (rule, value, { schema, root, at }) => (isObject(value)
        ? Object.keys(value).filter((name) => !(name in (schema.properties ?? {})))
            .flatMap((name) => (rule === false ? [`${at}: unknown ${name}`] : violations(rule, value[name], root, `${at}.${name}`)))
        : []),
    items: (rule, value, { root, at }) => (Array.isArray(value)
        ? value.flatMap((item, i) => violations(rule, item, root, `${at}[${i}]`)) : []),
    anyOf: (rule, value, { root, at }) => {
        const attempts = rule.map((schema) => violations(schema, value, root, at));
        return attempts.some((wrong) => wrong.length === 0) ? [] : attempts.flat();
    },
};
