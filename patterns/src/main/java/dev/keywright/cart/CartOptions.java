package dev.keywright.cart;

import java.time.Duration;
import java.util.Optional;

/**
 * How {@link Carts} behave. Processes may differ in them while a new version is rolled out; who changes a cart decides.
 *
 * @param most units of one line, 1 to 1,000,000,000
 * @param lines different articles in one cart, 1 to 1,000
 * @param idle how long a cart lives after its last change, 1 ms to 3,650 days
 * @param lifetime how long it lives in all, from when it got its first line; absent for as long as it is changed
 * @param memory how long requests and orders are remembered, the last 1,000 of a cart; a retry must come earlier
 * @param rule what a merge does with articles that are in both carts
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record CartOptions(
        long most,
        int lines,
        Duration idle,
        Optional<Duration> lifetime,
        Duration memory,
        MergeRule rule,
        Optional<Duration> deadline) {

    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final long MOST = 1_000_000_000;
    private static final int MOST_LINES = 1_000;

    /** 100 lines of 99 units, 30 days after the last change, requests remembered for a day, quantities added when carts are merged. */
    public static final CartOptions DEFAULTS = new CartOptions(
            99, 100, Duration.ofDays(30), Optional.empty(), Duration.ofDays(1), MergeRule.SUM, Optional.empty());

    public CartOptions {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("most is " + most + "; give 1 to 1000000000 units of one line");
        }
        if (lines < 1 || lines > MOST_LINES) {
            throw new IllegalArgumentException("lines is " + lines + "; give 1 to 1000 lines of a cart");
        }
        check("idle", idle);
        lifetime.ifPresent(given -> check("lifetime", given));
        check("memory", memory);
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    private static void check(String what, Duration given) {
        if (given.compareTo(Duration.ofMillis(1)) < 0 || given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " is " + given + "; give 1 ms to 3650 days");
        }
    }

    public CartOptions withMost(long units) {
        return new CartOptions(units, lines, idle, lifetime, memory, rule, deadline);
    }

    public CartOptions withLines(int lines) {
        return new CartOptions(most, lines, idle, lifetime, memory, rule, deadline);
    }

    public CartOptions withIdle(Duration idle) {
        return new CartOptions(most, lines, idle, lifetime, memory, rule, deadline);
    }

    public CartOptions withLifetime(Duration lifetime) {
        return new CartOptions(most, lines, idle, Optional.of(lifetime), memory, rule, deadline);
    }

    public CartOptions withMemory(Duration memory) {
        return new CartOptions(most, lines, idle, lifetime, memory, rule, deadline);
    }

    public CartOptions withRule(MergeRule rule) {
        return new CartOptions(most, lines, idle, lifetime, memory, rule, deadline);
    }

    public CartOptions withDeadline(Duration deadline) {
        return new CartOptions(most, lines, idle, lifetime, memory, rule, Optional.of(deadline));
    }
}
