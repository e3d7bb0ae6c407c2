package dev.keywright.connection;

/**
 * What a connection has done since it was opened; figures that change meanwhile may be apart by a few calls.
 *
 * @param calls calls begun, each command of a batch for itself
 * @param answered calls that got a reply, error replies included
 * @param notExecuted calls that failed and certainly were not executed
 * @param outcomeUnknown calls that failed and may have been executed
 * @param timeouts calls among the unknown that waited in vain for an answer
 * @param sentAgain sendings after the first, of calls that the server had not run or that are repeatable
 * @param reconnects connections that broke and were opened again
 * @param redirects MOVED and ASK answers followed
 * @param inFlight calls begun and not ended
 * @param waiting calls among them that wait for a connection, or a node, to return
 */
public record Counters(
        long calls,
        long answered,
        long notExecuted,
        long outcomeUnknown,
        long timeouts,
        long sentAgain,
        long reconnects,
        long redirects,
        long inFlight,
        int waiting) {}
