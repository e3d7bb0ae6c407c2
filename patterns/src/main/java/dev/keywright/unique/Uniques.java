package dev.keywright.unique;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How many different members there were, per subject and day: visitors of a page, devices of a customer. A day is a HyperLogLog, or a
 * set as long as it has few members.
 *
 * <pre>{@code
 * Uniques visitors = kw.uniques("visitors");
 * visitors.add("home", "user 1001");
 * long week = visitors.count("home", today.minusDays(6), today).value();
 * }</pre>
 *
 * <ul>
 *   <li>Error: {@link UniqueCount#SIGMA}, 0.81 %, of one day and of any range alike; none while all days are exact. A member that
 *       comes on many days counts once in a range. Members cannot be listed or taken out.
 *   <li>Memory: a day takes 12.4 kB at most, whatever comes, and one of 100 members some 500 bytes; counted exactly, a set of those
 *       takes 6.5 kB.
 *   <li>Commands: adding is 1 EVALSHA for each 200 members; counting a day 1 PFCOUNT, or 1 EVALSHA where few are exact; a range 1
 *       EVALSHA for each 31 days. 1 round trip each.
 *   <li>Time: the caller's day, or the day it is by this process's clock in {@link UniquesOptions#zone()}. A day is forgotten
 *       {@link UniquesOptions#retention()} after its end; what comes later for it is not kept.
 *   <li>Failure: everything is sent again within the deadline where no answer came, as nothing counts twice; but the answer of an add
 *       that had come through says that nothing was new.
 *   <li>Rights: PFCOUNT may store the count it found in the key, and no script that only reads may call it; who has no right to write
 *       counts single days, and no ranges. With
 *       {@link dev.keywright.connection.ConnectionOptions#readFrom()} single days may be counted by replicas, unless few are exact; ranges are by
 *       masters.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Uniques {

    public static final Needs NEEDS = Needs.of(
            List.of(
                    "EVALSHA",
                    "EVAL",
                    "TYPE",
                    "SADD",
                    "SCARD",
                    "SRANDMEMBER",
                    "SUNIONSTORE",
                    "DEL",
                    "EXISTS",
                    "PFADD",
                    "PFCOUNT",
                    "PFMERGE",
                    "PEXPIRE",
                    "PEXPIREAT",
                    "UNLINK"),
            List.of("uniq:*"));

    private static final Script ADD = Script.beside(Uniques.class, "add.lua");
    private static final Script UNION = Script.beside(Uniques.class, "union.lua");
    private static final int AT_ONCE = 200;
    private static final int DAYS_AT_ONCE = 31;
    private static final int MOST_DAYS = 3_660;
    private static final String GATHERED_FOR = "10000";

    private final Connection connection;
    private final String name;
    private final UniquesOptions options;
    private final Clock clock;
    private final Duration deadline;
    private final KeySpace keys;

    /** Users call {@code Keywright.uniques}. */
    public Uniques(Connection connection, String name, UniquesOptions options) {
        this(connection, name, options, Clock.system(options.zone()));
    }

    Uniques(Connection connection, String name, UniquesOptions options, Clock clock) {
        this.connection = connection;
        this.name = name;
        this.options = options;
        this.clock = clock.withZone(options.zone());
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.keys = KeySpace.of("uniq", name);
    }

    /** The day it is now, where days begin in {@link UniquesOptions#zone()}. */
    public LocalDate today() {
        return LocalDate.now(clock);
    }

    /** {@link #add(String, LocalDate, Collection)} of one member, today. */
    public boolean add(String subject, String member) {
        return add(subject, today(), List.of(member));
    }

    public CompletionStage<Boolean> addAsync(String subject, String member) {
        return addAsync(subject, today(), List.of(member));
    }

    /**
     * Adds members to a day. With more than 200 it takes several calls; when one fails, those before have come through.
     *
     * @param subject any but empty
     * @return whether the count has changed, or may have: when a day is exact, true says that one of them is new, and false that none
     *     is; otherwise false is no proof
     * @throws KeywrightException.Misused when there is a key of another type
     * @throws KeywrightException.Unavailable when Redis did not answer; add again, nothing counts twice
     */
    public boolean add(String subject, LocalDate day, Collection<String> members) {
        boolean changed = false;
        for (Script.Invocation part : adding(subject, day, members)) {
            changed |= isNew(part.call(connection, deadline));
        }
        return changed;
    }

    public CompletionStage<Boolean> addAsync(String subject, LocalDate day, Collection<String> members) {
        CompletionStage<Boolean> changed = CompletableFuture.completedStage(false);
        for (Script.Invocation part : adding(subject, day, members)) {
            changed = changed.thenCombine(part.send(connection, deadline), (before, reply) -> isNew(reply) || before);
        }
        return changed;
    }

    private List<Script.Invocation> adding(String subject, LocalDate day, Collection<String> members) {
        byte[] key = key(subject, day).getBytes(UTF_8);
        byte[] few = Integer.toString(options.exactUpTo()).getBytes(UTF_8);
        ZonedDateTime end = day.plusDays(1).atStartOfDay(options.zone()).plus(options.retention());
        byte[] until =
                Long.toString(Math.max(1, end.toInstant().toEpochMilli())).getBytes(UTF_8);
        List<String> all = List.copyOf(members);
        List<Script.Invocation> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<String> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            byte[][] arguments = new byte[some.size() + 2][];
            arguments[0] = few;
            arguments[1] = until;
            for (int i = 0; i < some.size(); i++) {
                arguments[i + 2] = some.get(i).getBytes(UTF_8);
            }
            parts.add(ADD.with(key, arguments).repeatable());
        }
        return parts;
    }

    private boolean isNew(Reply reply) {
        return reply.orThrow(where()).items().get(1).number() > 0;
    }

    /**
     * How many different members a day had.
     *
     * @throws KeywrightException.Misused when there is a key of another type
     */
    public UniqueCount count(String subject, LocalDate day) {
        if (options.exactUpTo() == 0) {
            Reply reply = connection.call(counting(subject, day), deadline);
            if (!isOfAnotherType(reply)) {
                return estimated(reply);
            }
        }
        return count(subject, day, day);
    }

    public CompletionStage<UniqueCount> countAsync(String subject, LocalDate day) {
        if (options.exactUpTo() > 0) {
            return countAsync(subject, day, day);
        }
        return connection
                .send(counting(subject, day), deadline)
                .thenCompose(reply -> isOfAnotherType(reply)
                        ? countAsync(subject, day, day)
                        : CompletableFuture.completedStage(estimated(reply)));
    }

    private Command counting(String subject, LocalDate day) {
        return Command.named("PFCOUNT").key(key(subject, day)).buildReadOnly();
    }

    /** Such as a set, from a time when few members were counted exactly. */
    private static boolean isOfAnotherType(Reply reply) {
        return reply instanceof Reply.Failure failure && failure.is("WRONGTYPE");
    }

    private UniqueCount estimated(Reply reply) {
        long count = reply.orThrow(where()).number();
        return new UniqueCount(count, count == 0);
    }

    /**
     * How many different members there were on any of these days.
     *
     * @param from the first day
     * @param to the last one; {@value #MOST_DAYS} days in all at most
     * @return exact when no more than 31 days were asked for, and all of them are
     * @throws KeywrightException.Unavailable when Redis did not answer, or what it gathered was evicted meanwhile; ask again
     */
    public UniqueCount count(String subject, LocalDate from, LocalDate to) {
        List<Script.Invocation> steps = gathering(subject, from, to);
        UniqueCount count = new UniqueCount(0, true);
        for (Script.Invocation step : steps) {
            count = gathered(step.call(connection, deadline));
        }
        return count;
    }

    public CompletionStage<UniqueCount> countAsync(String subject, LocalDate from, LocalDate to) {
        CompletionStage<UniqueCount> count = CompletableFuture.completedStage(new UniqueCount(0, true));
        for (Script.Invocation step : gathering(subject, from, to)) {
            count = count.thenCompose(before -> step.send(connection, deadline)).thenApply(this::gathered);
        }
        return count;
    }

    private List<Script.Invocation> gathering(String subject, LocalDate from, LocalDate to) {
        long days = ChronoUnit.DAYS.between(from, to) + 1;
        if (days < 1 || days > MOST_DAYS) {
            throw new IllegalArgumentException(
                    "From " + from + " to " + to + " are " + days + " days; give 1 to " + MOST_DAYS);
        }
        String temporary = keys.key(subject, "tmp:" + (days > DAYS_AT_ONCE ? UUID.randomUUID() : "none"));
        List<Script.Invocation> steps = new ArrayList<>();
        for (long first = 0; first < days; first += DAYS_AT_ONCE) {
            long end = Math.min(days, first + DAYS_AT_ONCE);
            List<String> some = new ArrayList<>();
            some.add(temporary);
            for (long day = first; day < end; day++) {
                some.add(key(subject, from.plusDays(day)));
            }
            Script.Invocation step =
                    UNION.with(some, List.of(first == 0 ? "1" : "0", end == days ? "1" : "0", GATHERED_FOR));
            steps.add(end < days || days <= DAYS_AT_ONCE ? step.repeatable() : step); // the last one takes away
        }
        return steps;
    }

    private UniqueCount gathered(Reply reply) {
        if (reply instanceof Reply.Failure failure && failure.is("GONE")) {
            throw new KeywrightException.Unavailable(
                    "What was gathered for a range is gone before it was counted (" + where() + "). Ask again.", false);
        }
        List<Reply> items = reply.orThrow(where()).items();
        return new UniqueCount(items.get(1).number(), items.get(0).number() == 1);
    }

    /**
     * Forgets a day.
     *
     * @return whether there was one
     */
    public boolean forget(String subject, LocalDate day) {
        return connection
                        .call(forgetting(subject, day), deadline)
                        .orThrow(where())
                        .number()
                == 1;
    }

    public CompletionStage<Boolean> forgetAsync(String subject, LocalDate day) {
        return connection
                .send(forgetting(subject, day), deadline)
                .thenApply(reply -> reply.orThrow(where()).number() == 1);
    }

    private Command forgetting(String subject, LocalDate day) {
        return Command.named("UNLINK").key(key(subject, day)).build();
    }

    private String key(String subject, LocalDate day) {
        return keys.key(subject, day.toString());
    }

    private String where() {
        return "uniques " + name;
    }

    @Override
    public String toString() {
        return where();
    }
}
