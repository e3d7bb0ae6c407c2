package dev.keywright.ops.streams;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.ops.Change;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Removes the oldest entries of a stream, but nothing that a group has not been given or has not acknowledged, and nothing younger than
 * that, unless it is forced. In steps of some thousand entries with a rest after each; what groups need is looked at anew before each step.
 * A group that is made meanwhile to begin with the oldest entries is not waited for. Rights: {@code +xinfo +xpending +xtrim +xrange +time}.
 */
public final class StreamTrim {

    private static final int STEP = 10_000;
    private static final int PAGE = 500;
    private static final int MOST_COUNTED = 10_000;

    /**
     * How much is to be left.
     *
     * @param maxLength entries
     * @param maxAge of entries
     * @param cutsUnread whether what groups need may go, too
     */
    public record Wish(Optional<Long> maxLength, Optional<Duration> maxAge, boolean cutsUnread) {
        public Wish {
            if (maxLength.isEmpty() == maxAge.isEmpty()) {
                throw new IllegalArgumentException("give the length or the age to keep, one of both");
            }
            if (maxLength.filter(length -> length < 0).isPresent()
                    || maxAge.filter(Duration::isNegative).isPresent()) {
                throw new IllegalArgumentException("the length or the age to keep is negative; give 0 or more");
            }
        }
    }

    /** Up to which entry may be removed, and who needs it. */
    private record Bound(Id id, String group, boolean pending) {}

    private final AskedStream stream;
    private final Wish wish;

    StreamTrim(AskedStream stream, Wish wish) {
        this.stream = stream;
        this.wish = wish;
    }

    Change run(boolean apply) {
        Optional<Bound> bound = bound();
        Optional<Id> oldest = wish.maxAge().map(this::oldestKept);
        long excess = wish.maxLength()
                .map(length -> Math.max(0, stream.length() - length))
                .orElse(Long.MAX_VALUE);
        Optional<Id> end =
                Stream.concat(oldest.stream(), bound.map(Bound::id).stream()).min(Id::compareTo);
        long planned = end.isPresent() ? before(end.get(), Math.min(excess, MOST_COUNTED)) : excess;
        boolean exact = planned < MOST_COUNTED || planned == excess;
        List<String> notes = new ArrayList<>();
        bound.filter(needed -> isHolding(needed, oldest, excess, planned))
                .ifPresent(needed -> notes.add("Kept from " + needed.id() + " on: group " + needed.group()
                        + (needed.pending() ? " has that pending." : " was not given that yet.")));
        if (wish.cutsUnread()) {
            notes.add("What groups were not given or have not acknowledged is not spared.");
        }
        long done = apply ? remove(oldest, excess) : 0;
        return new Change("trim", stream.shown, planned, exact, apply, done, List.of(), notes);
    }

    private static boolean isHolding(Bound bound, Optional<Id> oldest, long excess, long planned) {
        return oldest.map(id -> bound.id().isBefore(id)).orElse(planned < Math.min(excess, MOST_COUNTED));
    }

    private Id oldestKept(Duration age) {
        long now = stream.nowMillis();
        if (now == 0) {
            throw new OpsException(
                    "TIME was refused on " + stream.shown + ", so no age can be told. Allow +time, or trim by length.");
        }
        return new Id(Math.max(0, now - age.toMillis()), 0);
    }

    /** Empty when nobody needs anything, or that does not count. */
    private Optional<Bound> bound() {
        if (wish.cutsUnread()) {
            return Optional.empty();
        }
        List<Bound> needed = new ArrayList<>();
        for (Map<String, Reply> group : stream.groups()) {
            String name = AskedStream.text(group, "name");
            needed.add(new Bound(
                    Id.of(AskedStream.text(group, "last-delivered-id")).next(), name, false));
            if (AskedStream.number(group, "pending") > 0) {
                Reply oldest = stream.pending(AskedStream.name(group)).get(1);
                if (!oldest.isNothing()) {
                    needed.add(new Bound(Id.of(oldest.text()), name, true));
                }
            }
        }
        return needed.stream().min((a, b) -> a.id().compareTo(b.id()));
    }

    /** How many entries are before it, counted to the most. */
    private long before(Id end, long most) {
        long count = 0;
        String from = "-";
        List<Reply> page;
        do {
            page = stream.ask(Command.named("XRANGE")
                            .key(stream.key)
                            .argument(from)
                            .argument("(" + end)
                            .argument("COUNT")
                            .argument(Math.min(PAGE, Math.max(1, most - count)))
                            .buildRepeatable())
                    .items();
            count += page.size();
            if (!page.isEmpty()) {
                from = "(" + page.get(page.size() - 1).items().get(0).text();
            }
        } while (!page.isEmpty() && count < most);
        return Math.min(count, most);
    }

    private long remove(Optional<Id> oldest, long excess) {
        long removed = 0;
        while (removed < excess) {
            long start = System.nanoTime();
            Optional<Id> end = Stream.concat(oldest.stream(), bound().map(Bound::id).stream())
                    .min(Id::compareTo);
            long step = step(end, Math.min(STEP, excess - removed));
            if (step == 0) {
                break;
            }
            removed += step;
            LockSupport.parkNanos(System.nanoTime() - start);
        }
        return removed;
    }

    /** Whole nodes of the stream while there are any, which is cheap; then exactly the oldest so many. */
    private long step(Optional<Id> end, long most) {
        Id cut = end.orElse(new Id(-1, -1));
        Command nodes = trim("~", cut).argument("LIMIT").argument(most).buildRepeatable();
        long removed = stream.ask(nodes).number();
        return removed > 0
                ? removed
                : stream.ask(trim("=", exact(cut, Math.min(most, PAGE))).buildRepeatable())
                        .number();
    }

    private Id exact(Id cut, long most) {
        List<Reply> oldest = stream.ask(Command.named("XRANGE")
                        .key(stream.key)
                        .argument("-")
                        .argument("+")
                        .argument("COUNT")
                        .argument(most + 1)
                        .buildRepeatable())
                .items();
        if (oldest.size() <= most) {
            return cut;
        }
        Id kept = Id.of(oldest.get((int) most).items().get(0).text());
        return kept.isBefore(cut) ? kept : cut;
    }

    private Command.Builder trim(String how, Id cut) {
        return Command.named("XTRIM")
                .key(stream.key)
                .argument("MINID")
                .argument(how)
                .argument(cut.toString());
    }
}
