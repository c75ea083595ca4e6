/**
 * k6/x/fwhz: measure the frequency of a server's loop from outside, with a stated error bound, and time
 * streamed chat answers over WebSocket, token by token.
 *
 * All times that go in are durations: a string such as `"100ms"`, `"1s"`, `"1m30s"`, or a number of milliseconds.
 * All times that come out are numbers of milliseconds with a fraction.
 *
 * Constructors do no I/O and may stand in the init context. A bad option throws at once and names the option, the
 * value and what is allowed. Network failures do not throw (unless k6's `throw` option is set): they come back as
 * `{ok: false, error: {code, message}}`.
 */
declare module 'k6/x/fwhz' {
    /** `"100ms"`, `"1.5s"`, `"1m30s"`, or a number of milliseconds. */
    export type Duration = string | number;

    /** Where a frequency came from. `counter` and `stream` are measured; the others are what the server says of itself. */
    export type HzSource = 'counter' | 'gauge' | 'health' | 'stream';

    /** Something that went wrong, as data. */
    export interface FwError {
        /** A word for programs: one of the failure reasons, or of the scrape errors below. */
        code: string;
        /** A sentence for people: what was tried, what came back, what to do. */
        message: string;
    }

    export interface HzOptions {
        /**
         * The endpoint to read: Prometheus text (classic or OpenMetrics), or JSON with a number `hz` such as `/healthz`.
         * What it answers decides the source. Or a `ws://` or `wss://` address at which the loop sends its turns: a `stream`.
         */
        url: string;
        /** Time between two readings. Default `"100ms"`; at least `"10ms"`. */
        interval?: Duration;
        /** Length of a window, a multiple of the interval. Default `"1s"`. */
        window?: Duration;
        /** When a single reading is given up. Default `"2s"`. */
        timeout?: Duration;
        /** The most bytes of an answer, packed or not; a longer one is given up. Default 8388608; at least 1024. */
        maxSize?: number;
        /** `"auto"` (default) takes the best that the endpoint offers; anything else forces that one. */
        source?: 'auto' | HzSource;
        /**
         * The counter to measure, with labels when several instances are exposed: `name{instance="a"}`; a name that
         * needs quotes as Prometheus writes it: `{"my.loop.ticks",instance="a"}`.
         * Default `consciousness_loop_iterations_total`.
         */
        counter?: string;
        /** The gauge to fall back on, and to hold against the counter. Default `consciousness_loop_hz`. */
        gauge?: string;
        /** Of a stream: `type` of the messages that tell a turn. Default `self-awareness-heartbeat`. */
        streamType?: string;
        /** Of a stream: where such a message has the number of the turn. Default `payload.pulseNumber`. */
        streamField?: string;
        /** Headers of every request. */
        headers?: Record<string, string>;
        /** Tags of every sample. */
        tags?: Record<string, string>;
    }

    /** One window of measurement. */
    export interface HzWindow {
        /** Mean frequency of the window in Hz; `null` when it could not be read (see `error`, `restarted`). */
        hz: number | null;
        /** The true mean is not below this. Equal to `hz` when reported, not measured. */
        low: number | null;
        /** The true mean is not above this. Equal to `hz` when reported, not measured. */
        high: number | null;
        /** Mean over the phase so far (tag `phase` of the VU); `null` before there is one. */
        average: HzAverage | null;
        /** Where the value came from; `null` before anything could be read. */
        source: HzSource | null;
        /** How far the counter moved; `null` for a source that is not measured. */
        ticks: number | null;
        /** First and last counter value of the window; `null` for a source that is not measured. */
        counter: [number, number] | null;
        /** Time between the first and the last reading, in ms. */
        elapsed: number;
        /** Longest time in which the counter provably did not move, in ms; may have begun before this window. `null` for a source that is not measured. */
        longestGap: number | null;
        /** The counter went back, or the process behind it is another one. */
        restarted: boolean;
        /** The counter did not move at all. */
        stale: boolean;
        /** What the server's own gauge says, when it was there beside the counter. */
        gauge: number | null;
        /** How many readings the window holds, and how many failed. */
        scrapes: number;
        failures: number;
        /** How many window lengths this one covers: more than 1 when readings failed for longer than a window. */
        covers: number;
        /**
         * How many windows this one speaks for: more than 1 when the page showed nothing new in those before it (their
         * error was `held`). What counts windows counts it so often.
         */
        speaksFor: number;
        /** How often the page is renewed, in ms, where it is a copy (a cache, an exporter that refreshes); 0 for a live page. */
        period: number;
        /** How long ago, at the end of the window, the loop was last seen, in ms, less what a copy cannot show. */
        unseen: number;
        /**
         * Why there is no `hz`: `refused`, `timeout`, `status`, `too_large`, `malformed`, `not_found`, `ambiguous`,
         * `not_a_number`, `source`, `restart`, `interrupted`, `network`; or
         * `held`: the page showed nothing new: a copy, or a loop that stands still. The window that ends when it does again speaks for this one;
         * `replicas`: several processes answer at this address, for the rest of the run;
         * `undecided`: a restart, or several processes: the next readings tell;
         * `leap`: the counter went on from where no loop can have taken it;
         * `suspended`: this machine slept.
         */
        error: FwError | null;
    }

    /** The mean over a phase of a test. */
    export interface HzAverage {
        hz: number;
        /** The true mean is not below this. Equal to `hz` when reported, not measured. */
        low: number;
        /** The true mean is not above this. Equal to `hz` when reported, not measured. */
        high: number;
        /** Counter values of the two readings it stands on; `null` without a counter, or when it has several pieces, as after a restart. */
        counter: [number, number] | null;
    }

    /** One reading, for `setup()`. Emits no metric. */
    export interface HzProbe {
        ok: boolean;
        source: HzSource | null;
        /** The counter's value, or the reported Hz. */
        value: number | null;
        error: FwError | null;
    }

    /** Measures the frequency of a loop, window by window. One VU owns it; one sampler a test is enough. */
    export class HzSampler {
        constructor(options: HzOptions);
        /** Reads until the current window is over and returns it. Blocks this VU only. */
        next(): HzWindow;
        /** Takes one reading and emits nothing. */
        probe(): HzProbe;
    }

    export interface ChatOptions {
        /** From start of dial to the end of the handshake. Default `"15s"`. */
        connectTimeout?: Duration;
        /** From question to `complete`. Default `"30s"`. */
        responseTimeout?: Duration;
        /** How long to wait for the server's half of the closing handshake. Default `"1s"`. */
        closeTimeout?: Duration;
        /** How often to ping the server while the session asks or thinks; 0 never. Default 0. */
        pingInterval?: Duration;
        /** How long after a ping, without a sign of life, the connection counts as lost (`reset`). Default `"10s"`. */
        pongTimeout?: Duration;
        /** Largest message accepted, in bytes. Default 1 MiB. */
        maxMessageSize?: number;
        /** Headers of the handshake, such as `Origin` or `Cookie`. */
        headers?: Record<string, string>;
        /** Query parameters added to the URL, such as `{token}`; never part of a tag. */
        query?: Record<string, string>;
        /** WebSocket subprotocols to offer. A server that chooses none of them is fine, one that chooses another is a `handshake` failure. */
        subprotocols?: string[];
        /** Keep the text of the answers. Default false: text is dropped. */
        keepText?: boolean;
        /**
         * Limits a turn must meet to count for `chat_goodput`; a turn that the end of the test cut off after it had missed one
         * has failed. Defaults: connect `"5s"`, response `"10s"`, ttft none.
         */
        slo?: { connect?: Duration; response?: Duration; ttft?: Duration };
        /** Tags of every sample. */
        tags?: Record<string, string>;
    }

    export interface AskOptions {
        /** Sent as `userId`. */
        userId?: string;
        /** Sent as `messageId`. Default: one that no other turn has. */
        messageId?: string;
        /** Overrides `responseTimeout` for this turn. */
        timeout?: Duration;
    }

    /** One turn. */
    export interface Reply {
        /** The stream came to its `complete` event. */
        ok: boolean;
        /**
         * Reasons: `dial handshake connect_timeout response_timeout closed reset server_error protocol generator`, or `interrupted`.
         * `generator`: this machine had no port, file descriptor or memory left; no `error_rate` sample, for it is not the server's failure.
         */
        error: FwError | null;
        /** The test ended while the answer streamed, within every limit of `slo`: neither a success nor a failure. */
        interrupted: boolean;
        messageId: string;
        /** Non-empty tokens received. */
        tokens: number;
        /** From the question to the first non-empty token, ms; `null` without a token. */
        ttft: number | null;
        /** (last token - first token) / (tokens - 1), ms; `null` below two tokens. */
        itl: number | null;
        /** Longest wait between two tokens, ms; `null` below two tokens. */
        longestGap: number | null;
        /** From the question to `complete`, ms; `null` unless `ok`. */
        duration: number | null;
        /** The answer, with `keepText: true`; else empty. */
        text: string;
    }

    /** A WebSocket connection on which questions are asked one after the other. */
    export interface ChatSession {
        /** The connection was opened. */
        readonly ok: boolean;
        /** Why it was not. */
        readonly error: FwError | null;
        /** It is open now. */
        readonly open: boolean;
        /** From start of dial to the end of the handshake, ms; `null` unless `ok`. */
        readonly connectTime: number | null;
        /** Asks and reads the whole answer. Blocks this VU only. On a session that never opened it returns its error and counts nothing more. */
        ask(content: string, options?: AskOptions): Reply;
        /** Waits that many seconds and reads meanwhile: pings are answered, a close is seen. Returns whether the session is still open. */
        think(seconds: number): boolean;
        /** Closes with a closing handshake. Default code 1000. May be called again. */
        close(code?: number): void;
    }

    /** One handshake, for `setup()`. Emits no metric. */
    export interface ChatProbe {
        ok: boolean;
        error: FwError | null;
    }

    /** Opens chat sessions. */
    export class ChatClient {
        constructor(url: string, options?: ChatOptions);
        constructor(target: ChatTarget);
        /** Opens a connection. A failure is counted and comes back as a session with `ok: false`. */
        connect(): ChatSession;
        /**
         * Many users in one VU, from 1 to 100000: each has a connection, a clock and evidence of his own, and no JavaScript runtime.
         * Opens nothing yet.
         */
        fleet(size: number): ChatFleet;
        /** Opens a connection, closes it and emits nothing. */
        probe(): ChatProbe;
    }

    /** What each user of a fleet does: connects, asks, reads the answer, thinks, asks again, closes. */
    export interface FleetPlan {
        /** What is asked; each question is drawn at random. At least one. */
        questions: string[];
        /** Questions on one connection. Default 1. */
        turns?: number;
        /** Overrides `responseTimeout`. */
        timeout?: Duration;
        /** The pause between two turns is drawn between these. Default 0. */
        thinkMin?: Duration;
        thinkMax?: Duration;
        /** So many turns are asked in a conversation also when the time of `stop` is over. Default 0. */
        least?: number;
        /** The shortest pause after a failure; 0: none. Default `"1s"`: a broken server must not be hammered. */
        pauseAfterFailure?: Duration;
        /** The users begin one after the other, evenly over this time. Default 0: all at once. */
        spread?: Duration;
        /** For so long each user begins a new conversation when the last is over. Default 0: each has one. */
        repeat?: Duration;
        /** After this time nothing more is begun, not even a turn; what was asked is followed to its end. Default: no end. */
        stop?: Duration;
        /** How users are called (`userId`); of several, user i with `_i` behind it. Default `"user"`. */
        userId?: string;
        /** Of the random draws. Default 1. */
        seed?: number;
    }

    /** What came of it, over all users of the fleet. Samples, evidence and reasons are those of `ask()`. */
    export interface FleetResult {
        /** Conversations that came to their end without a failure. */
        conversations: number;
        /** Turns, by what became of them. A connection that could not be opened is a failed turn. */
        ok: number;
        failed: number;
        interrupted: number;
        /** Connections that could not be opened, or were lost. */
        lost: number;
        /** Non-empty tokens received. */
        tokens: number;
        /** Failed turns by reason. */
        failures: Record<string, number>;
        /** Why the first one failed. */
        error: FwError | null;
    }

    export interface ChatFleet {
        readonly size: number;
        /** Lets every user do what the plan says, each at his own pace, and returns when the last is done. Blocks this VU only. */
        converse(plan: FleetPlan): FleetResult;
    }

    /** A share of attempts, and what the sample proves of it. */
    export interface ShareEvidence {
        /** How many attempts counted, of how many, by how many users. */
        hits: number;
        n: number;
        users: number;
        /** How many independent attempts the sample is worth: turns of one user resemble each other. */
        effective: number;
        /** 95 % interval of the share (Clopper-Pearson on the effective number). */
        low: number;
        high: number;
    }

    /** A percentile of waits in ms, and what the sample proves of it. */
    export interface PercentileEvidence {
        /** How many waits there were, how many of them the end of the test cut off, how many users waited. */
        n: number;
        cut: number;
        users: number;
        effective: number;
        /** 95 % interval of the percentile (order statistics); `high` is `null` where there are too few waits to bound it. */
        low: number;
        high: number | null;
        /** The percentile if those that were cut off had ended at that moment, and if they had never ended: `null` is never. */
        atOnce: number | null;
        never: number | null;
    }

    /** What followed the last attempt that went well. */
    export interface SilenceEvidence {
        /** How many turns and connections began after it, and all failed. */
        failed: number;
        /** How long ago the first of them began; 0 when there is none. */
        seconds: number;
    }

    /** What this process has recorded of all its users: `error_rate`, `ws_connection_time`, `message_response_time`, and what a script adds. */
    export interface Evidence {
        /** Adds an attempt of this user to a share of the script's own. */
        attempt(name: string, failed: boolean): void;
        /** One more of what the script counts in a Counter of its own, for an objective about it. */
        count(name: string): void;
        /**
         * Whether the error of a request (`Response.error`) says that this machine had no port, file or memory left. If so, it is counted
         * (`generator_failures`), which makes the run INVALID: it is nothing that the server did.
         */
        isOwnFault(error: string): boolean;
        /** Adds a wait of this user, in ms, in the phase that the tag `phase` says, to a percentile of the script's own. */
        wait(name: string, ms: number): void;
        /** `null` without an attempt. */
        share(name: string): ShareEvidence | null;
        /** The percentile `p`, 0 to 100, in one phase (`''` where samples have no tag `phase`); `null` without a wait. */
        percentile(name: string, phase: string, p: number): PercentileEvidence | null;
        silence(): SilenceEvidence;
    }

    export const evidence: Evidence;

    /** Everything of ChatOptions, and the address. */
    export interface ChatTarget extends ChatOptions {
        url: string;
    }

    /** The variables in force, under their own names, read from environment, `.env.test` and defaults; durations are milliseconds. */
    export interface Config {
        readonly [variable: string]: any;
    }

    /** What `setup()` of a load test hands on to the summary. */
    export interface Admission {
        /** Where the frequency comes from. */
        source: HzSource;
        /** When the load began, as ISO 8601. */
        started: string;
        /** How many ms `setup()` took. */
        setupTime: number;
    }

    /** One thing that the users of a scenario do. */
    export interface Flow {
        name: string;
        /** The Rate of its failures. */
        failures: string;
        /** The Trend of its time; `null` where `message_response_time` says it. */
        metric: string | null;
    }

    /** One thing that the health check looked at. */
    export interface Look {
        name: string;
        target: string;
        required: boolean;
        ok: boolean;
        /** ms; `null` when nothing came back. */
        latency: number | null;
        /** What came back. */
        status: string;
    }

    /**
     * A load test with the variables, the load, the objectives and the results of this suite. Only in the init context.
     * A mistake in a variable is one line, and the test does not begin.
     */
    export class Suite {
        /**
         * `websocket-streaming`, `comprehensive`, `load` and `health` are those of this suite; any other name is a test of
         * your own, with the variables and objectives of the first.
         */
        constructor(name: string);
        readonly config: Config;
        /** For `new ChatClient()`. */
        readonly chat: ChatTarget;
        /** For `new HzSampler()`. */
        readonly loop: HzOptions;
        /** How many users there are at the same time. */
        readonly users: number;
        /**
         * The number of this user in the whole test, from 1 to VUS, each once over all runners (`--execution-segment`); of a fleet,
         * that of its VU. Only in the function of a user.
         */
        readonly user: number;
        /** How many accounts they share (TEST_USER_COUNT), at most 100: each costs the server a registration and a login. */
        readonly accounts: number;
        /** The shortest pause of a user after a failure, in seconds: a broken server must not be hammered. A fleet's default, too. */
        readonly pauseAfterFailure: number;
        /**
         * Plain k6 options, to look at and to change: the scenarios of the observer (function `hz`) and of the users
         * (function `user`), native thresholds, tags. Empty in the VUs of users, which k6 does not ask.
         */
        readonly options: any;
        /**
         * For `setup()`: aborts the test unless its plan is in force and loop and chat are there. `further` looks at what
         * else the script needs; what it returns is why no load can be started, or nothing.
         */
        admit(further?: () => string | void): Admission;
        /** The first of three looks that is `ok`, or the last one: one that refuses some connections is to be tested, not to be refused. */
        lookFor<T extends { ok: boolean }>(look: () => T): T;
        /** For the function `hz`: measures one window, and makes its check and samples. */
        observe(): HzWindow;
        /** For `teardown()`: makes samples of what only the whole run shows, so that k6's exit code is that of the verdict. */
        conclude(): void;
        /** For `handleSummary()`: writes the files of the run, each whole or not at all, and returns the verdict for standard output. */
        summary(data: object): Record<string, string>;
        /** For the default export, which k6 runs only when the scenarios were replaced: ends the test and says why. */
        replaced(): void;
        /** A function that is `work`, but whose exceptions are counted (`script_exceptions`) and logged, instead of being only logged. */
        guard<F extends (...values: any[]) => any>(work: F): (...values: Parameters<F>) => ReturnType<F> | undefined;
        /**
         * Waits until the next conversation is to begin (`ARRIVAL_RATE`), and lets times count from that moment: those of the next
         * `connect()`, and of the first question of its session. False when the load is over; at once true without `ARRIVAL_RATE`.
         */
        arrive(): boolean;
        /** Every sample of this VU from now on belongs to the phase that it is now, or in which its conversation was to begin until its first question. */
        tagPhase(): void;
        /** Seconds until the end of the load, after which a user begins nothing more. */
        left(): number;
        /** Seconds until a phase begins: 0 when it has begun, the time to the end of the load when there is no such phase. */
        until(phase: 'idle' | 'ramp' | 'steady' | 'rampdown'): number;
        /** The flows of `comprehensive` and `load`. */
        flows(): Flow[];
        /** The flow that a random number, from 0 to below 1, stands for by the shares of `comprehensive`. */
        drawFlow(number: number): string;
        /** For `setup()` of the health check: everything that a load test needs, one look each. Counts nothing. */
        look(): Look[];
        /** For `handleSummary()` of the health check. */
        healthSummary(data: object): Record<string, string>;
        /** A URL without what may be secret in it. */
        shownUrl(url: string): string;
    }

    const fwhz: { HzSampler: typeof HzSampler; ChatClient: typeof ChatClient; Suite: typeof Suite; evidence: Evidence };
    export default fwhz;
}
