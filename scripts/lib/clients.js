/**
 * The options of the extension's classes, as the configuration has them. Pure.
 */

import { handshakeHeaders, subprotocols } from './chat-handshake.js';
import { HZ_WINDOW } from './config.js';

/** @import { Config } from './config.js' */

/**
 * For `new HzSampler()`.
 *
 * @param {Config} config
 */
export function loopOptions(config) {
    return {
        url: config.METRICS_URL,
        interval: config.HZ_INTERVAL,
        window: HZ_WINDOW,
        source: /** @type {'auto' | 'counter' | 'gauge' | 'health'} */ (config.HZ_SOURCE),
        counter: config.HZ_COUNTER,
        gauge: config.HZ_GAUGE,
        timeout: config.METRICS_TIMEOUT,
        maxSize: config.METRICS_MAX_SIZE,
        headers: authorization(config.METRICS_AUTH_HEADER),
    };
}

/**
 * For `new ChatClient(config.chatUrl, ...)`.
 *
 * @param {Config} config
 */
export function chatOptions(config) {
    return {
        connectTimeout: config.CONNECT_TIMEOUT,
        responseTimeout: config.RESPONSE_TIMEOUT,
        pingInterval: config.WS_PING_INTERVAL,
        pongTimeout: config.WS_PONG_TIMEOUT,
        headers: handshakeHeaders(config),
        subprotocols: subprotocols(config.CHAT_SUBPROTOCOLS),
        query: config.CHAT_TOKEN === '' ? /** @type {Record<string, string>} */ ({}) : { token: config.CHAT_TOKEN },
        slo: { connect: config.WS_CONNECTION_TIME_P95, response: config.MESSAGE_RESPONSE_TIME_P90 },
    };
}

/**
 * @param {string} value
 * @returns {Record<string, string>}
 */
export function authorization(value) {
    return value === '' ? {} : { Authorization: value }; // an empty header is not the same as none
}
