package dev.keywright.limit;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Shares quotas among all processes that use the same name; each subject (a user, an address, a tenant) has its own.
 * <ul>
 *   <li>Commands: 1 x EVALSHA per decision, 1 round trip, whatever the contention. Inside: TIME, GET, and SET when granted;
 *       for a {@linkplain Quota#slidingLog sliding log} those of a sorted set.
 *   <li>Memory: one key per subject and quota, {@code rl:<name>:{subject}:<kind>}, gone once it says nothing any more.
 *   <li>Clock: the server's; callers' clocks do not matter, and a server clock set back refills nothing.
 *   <li>Threads: any number. Interrupting a waiting thread gives the call up; the permits may be spent.
 *   <li>Failure: {@link WhenAway} says what happens when Redis does not answer within the deadline. A call that may have
 *       been executed is never sent again, unless it carries a call id.
 *   <li>Source: token bucket as GCRA (ITU-T I.371); sliding window as two weighted counters. Guarantees RL1 to RL10, tested
 *       in {@code RateLimiterTest} and its neighbours.
 * </ul>
 */
public final class RateLimiter {

    /** What the scripts of every limiter run; its counters are wrong once the server evicts them. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "GET",
                            "SET",
                            "PEXPIRE",
                            "ZADD",
                            "ZCARD",
                            "ZRANGE",
                            "ZREM",
                            "ZREMRANGEBYRANK",
                            "ZREMRANGEBYSCORE"),
                    List.of("rl:*"))
            .thatLast();

    private final Connection connection;
    private final String name;
    private final LimitOptions options;
    private final Duration deadline;
    private final KeySpace keys;
    private final Refusals refusals;
    private final LocalBuckets localBuckets = new LocalBuckets();
    private volatile Terms terms;

    /** Users call {@code Keywright.rateLimiter}. */
    public RateLimiter(Connection connection, String name, LimitOptions options, List<Quota> quotas) {
        this.connection = connection;
        this.name = name;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.keys = KeySpace.of("rl", name);
        this.refusals = new Refusals(options.rememberedRefusals());
        this.terms = new Terms(keys, quotas, options);
    }

    /** {@link #tryAcquire(String, int)} of one permit. */
    public Decision tryAcquire(String subject) {
        return decide(subject, 1, null);
    }

    /**
     * Spends permits of every quota, or none at all.
     *
     * @throws IllegalArgumentException when a quota can never hold that many
     * @throws KeywrightException.Unavailable when Redis did not answer and {@link WhenAway#raise} is chosen; permits may have
     *     been spent if {@link KeywrightException.Unavailable#outcomeUnknown()} says so
     */
    public Decision tryAcquire(String subject, int permits) {
        return decide(subject, permits, null);
    }

    /**
     * The same, once per call id: within {@link LimitOptions#callMemory()} a call of the same subject and id spends nothing
     * and gets the first one's decision. So a caller who does not know whether a call came through may repeat it, and the
     * connection does so by itself. Costs one more small key per call.
     */
    public Decision tryAcquire(String subject, int permits, String callId) {
        return decide(subject, permits, callId);
    }

    private Decision decide(String subject, int permits, @Nullable String callId) {
        Terms terms = this.terms;
        terms.check(permits);
        Decision.Refused known = callId == null ? refusals.find(subject, permits) : null;
        if (known != null) {
            return known;
        }
        long askedAt = System.nanoTime();
        try {
            Reply reply = terms.decision(subject, permits, callId).call(connection, deadline);
            return read(reply, subject, permits, terms, askedAt);
        } catch (KeywrightException.Unavailable e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return away(e, subject, permits, terms);
        }
    }

    /** {@link #tryAcquire(String, int)} without waiting; what follows the stage runs on the connection's callbacks executor. */
    public CompletionStage<Decision> tryAcquireAsync(String subject, int permits) {
        return decideLater(subject, permits, null);
    }

    /** {@link #tryAcquire(String, int, String)} without waiting. */
    public CompletionStage<Decision> tryAcquireAsync(String subject, int permits, String callId) {
        return decideLater(subject, permits, callId);
    }

    private CompletionStage<Decision> decideLater(String subject, int permits, @Nullable String callId) {
        Terms terms = this.terms;
        terms.check(permits);
        Decision.Refused known = callId == null ? refusals.find(subject, permits) : null;
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        long askedAt = System.nanoTime();
        return terms.decision(subject, permits, callId)
                .send(connection, deadline)
                .handle((reply, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause == null) {
                        try {
                            return read(reply, subject, permits, terms, askedAt);
                        } catch (KeywrightException.Unavailable e) {
                            return away(e, subject, permits, terms);
                        }
                    }
                    if (cause instanceof KeywrightException.Unavailable unavailable) {
                        return away(unavailable, subject, permits, terms);
                    }
                    throw cause instanceof RuntimeException known2 ? known2 : new CompletionException(cause);
                });
    }

    /**
     * Gives back permits that were granted and not used. No limit grants more than it would have granted without them: what
     * time has freed since is not given back twice, and a bucket never holds more than its capacity. To be called at most
     * once per grant. A grant that Redis knows nothing of is ignored.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; the permits may be back
     */
    public void refund(Decision.Granted granted) {
        if (granted.basis() == Decision.Basis.SERVER) {
            refunding(granted).call(connection, deadline).orThrow(where());
            refusals.forget(granted.subject());
        }
    }

    /** {@link #refund} without waiting. */
    public CompletionStage<Void> refundAsync(Decision.Granted granted) {
        if (granted.basis() != Decision.Basis.SERVER) {
            return CompletableFuture.completedStage(null);
        }
        return refunding(granted).send(connection, deadline).thenAccept(reply -> {
            reply.orThrow(where());
            refusals.forget(granted.subject());
        });
    }

    private Script.Invocation refunding(Decision.Granted granted) {
        return terms.refund(
                granted.subject(), granted.permits(), ChronoUnit.MICROS.between(Instant.EPOCH, granted.at()));
    }

    /**
     * Changes the quotas from the next call of this process on. What subjects have used stays used, quota by quota in their
     * order, as long as the kind stays the same; a quota of another kind starts unused. Other processes change theirs
     * themselves; meanwhile each decides by its own numbers over the same use.
     */
    public void change(Quota quota, Quota... more) {
        terms = new Terms(keys, listOf(quota, more), options);
        refusals.forgetAll();
    }

    public List<Quota> quotas() {
        return terms.quotas();
    }

    private Decision read(Reply reply, String subject, int permits, Terms terms, long askedAt) {
        List<Reply> fields = reply.orThrow(where()).items();
        int remaining = (int) fields.get(1).number();
        Duration reset = micros(fields.get(3).number());
        int decider = fields.size() > 5 ? Math.max(0, (int) fields.get(5).number() - 1) : 0;
        int limit = terms.quota(decider).capacity();
        if (fields.get(0).number() == 1) {
            Instant at = Instant.EPOCH.plus(fields.get(4).number(), ChronoUnit.MICROS);
            return new Decision.Granted(subject, permits, limit, remaining, reset, at, Decision.Basis.SERVER);
        }
        Duration wait = micros(fields.get(2).number());
        Decision.Refused refused =
                new Decision.Refused(subject, permits, limit, remaining, reset, wait, Decision.Basis.SERVER);
        refusals.remember(refused, askedAt);
        return refused;
    }

    private Decision away(KeywrightException.Unavailable e, String subject, int permits, Terms terms) {
        Quota quota = terms.quota(0);
        if (options.whenAway() instanceof WhenAway.Grant) {
            return new Decision.Granted(
                    subject, permits, quota.capacity(), 0, Duration.ZERO, Instant.EPOCH, Decision.Basis.AWAY);
        }
        if (options.whenAway() instanceof WhenAway.Refuse refuse) {
            return new Decision.Refused(
                    subject,
                    permits,
                    quota.capacity(),
                    0,
                    refuse.retryAfter(),
                    refuse.retryAfter(),
                    Decision.Basis.AWAY);
        }
        if (options.whenAway() instanceof WhenAway.Local local) {
            return localBuckets.decide(subject, permits, local.share().isEmpty() ? terms.quotas() : local.share());
        }
        throw e;
    }

    static List<Quota> listOf(Quota quota, Quota... more) {
        List<Quota> quotas = new ArrayList<>();
        quotas.add(quota);
        quotas.addAll(List.of(more));
        return quotas;
    }

    private static Duration micros(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    private String where() {
        return "rate limiter " + name;
    }

    @Override
    public String toString() {
        return where() + " " + terms.quotas();
    }
}
