package dev.keywright.limit;

import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Quotas and options put into the words of the scripts. One quota without options goes to the script of its own; everything
 * else to {@code limits.lua}, which keeps the same keys. Immutable: a change at run time is a new one.
 */
final class Terms {

    private static final Script FIXED = Script.beside(RateLimiter.class, "fixed-window.lua");
    private static final Script LOG = Script.beside(RateLimiter.class, "sliding-log.lua");
    private static final Script COUNTER = Script.beside(RateLimiter.class, "sliding-counter.lua");
    private static final Script BUCKET = Script.beside(RateLimiter.class, "token-bucket.lua");
    private static final Script LIMITS = Script.beside(RateLimiter.class, "limits.lua");
    private static final Script REFUND = Script.beside(RateLimiter.class, "refund.lua");

    /** One quota as the scripts take it. A bucket's refill is reduced, so that its units stay small. */
    private record Line(
            Script script, String kind, String part, Quota quota, String permits, String window, String capacity) {

        static Line of(Quota quota, int index) {
            long permits = quota.permits();
            long window = quota.window().toNanos() / 1000;
            Script script = LOG;
            String kind = "log";
            if (quota instanceof Quota.FixedWindow) {
                script = FIXED;
                kind = "fixed";
            } else if (quota instanceof Quota.SlidingWindow) {
                script = COUNTER;
                kind = "counter";
            } else if (quota instanceof Quota.TokenBucket) {
                script = BUCKET;
                kind = "bucket";
                long divisor = gcd(permits, window);
                permits /= divisor;
                window /= divisor;
            }
            return new Line(
                    script,
                    kind,
                    index == 0 ? kind : kind + index,
                    quota,
                    number(permits),
                    number(window),
                    number(quota.capacity()));
        }
    }

    private final KeySpace keys;
    private final List<Quota> quotas;
    private final Line[] lines;
    private final boolean plain;
    private final LimitOptions options;
    private final int smallestCapacity;

    Terms(KeySpace keys, List<Quota> quotas, LimitOptions options) {
        if (quotas.isEmpty()) {
            throw new IllegalArgumentException("There is no quota; give one or more");
        }
        this.keys = keys;
        this.quotas = List.copyOf(quotas);
        this.options = options;
        this.lines = new Line[quotas.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = Line.of(quotas.get(i), i);
        }
        this.plain = lines.length == 1 && options.block().isZero() && !options.countRefused();
        this.smallestCapacity = quotas.stream().mapToInt(Quota::capacity).min().orElseThrow();
    }

    List<Quota> quotas() {
        return quotas;
    }

    Quota quota(int index) {
        return quotas.get(index);
    }

    void check(int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("permits is " + permits + "; give 1 or more");
        }
        if (permits > smallestCapacity) {
            throw new IllegalArgumentException(permits + " permits can never be granted by a quota of "
                    + smallestCapacity + "; ask for fewer, or raise the quota");
        }
    }

    Script.Invocation decision(String subject, int permits, @Nullable String callId) {
        if (plain && callId == null) {
            Line line = lines[0];
            return line.script.with(
                    List.of(keys.key(subject, line.part)),
                    line.script == BUCKET
                            ? List.of(line.permits, line.window, number(permits), line.capacity)
                            : List.of(line.permits, line.window, number(permits)));
        }
        List<String> names = keysOf(subject);
        boolean blocks = !options.block().isZero();
        if (blocks) {
            names.add(keys.key(subject, "block"));
        }
        if (callId != null) {
            names.add(keys.key(subject, "call:" + callId));
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(number(permits));
        arguments.add(number(options.block().toNanos() / 1000));
        arguments.add(number(options.countRefused() ? 1 : 0));
        arguments.add(number(callId == null ? 0 : options.callMemory().toNanos() / 1000));
        addLines(arguments);
        Script.Invocation invocation = LIMITS.with(names, arguments);
        return callId == null ? invocation : invocation.repeatable();
    }

    Script.Invocation refund(String subject, int permits, long grantedMicros) {
        List<String> arguments = new ArrayList<>();
        arguments.add(number(permits));
        arguments.add(number(grantedMicros));
        addLines(arguments);
        return REFUND.with(keysOf(subject), arguments);
    }

    private List<String> keysOf(String subject) {
        List<String> names = new ArrayList<>();
        for (Line line : lines) {
            names.add(keys.key(subject, line.part));
        }
        return names;
    }

    private void addLines(List<String> arguments) {
        for (Line line : lines) {
            arguments.add(line.kind);
            arguments.add(line.permits);
            arguments.add(line.window);
            arguments.add(line.capacity);
        }
    }

    private static String number(long number) {
        return Long.toString(number);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
