package dev.keywright.follow;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.page.Entry;
import dev.keywright.page.Newest;
import dev.keywright.page.Scores;
import dev.keywright.page.Waiting;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How the side of the one who is followed learns of a relation, which may be in another slot.
 *
 * <p>The truth is written first, with a mark beside it in the same step. Whoever finds a mark takes a ticket, tells the other side, and
 * then takes the mark away unless it is a newer one. A ticket has the version of the relation, which grows with every change, so news
 * that come late change nothing; and it is good for ten minutes only, so what ended has to be remembered for no longer than twice that.
 * Steps may happen twice, late, and in any process; one that dies leaves the mark.
 */
final class Telling {

    private static final int ATTEMPTS = 8;
    private static final int AT_ONCE = 100;

    private final Connection connection;
    private final FollowKeys keys;
    private final Duration deadline;
    private final String where;

    Telling(Connection connection, FollowKeys keys, Duration deadline, String where) {
        this.connection = connection;
        this.keys = keys;
        this.deadline = deadline;
        this.where = where;
    }

    /** Whether the relation has changed. */
    boolean change(Relation relation, Script.Invocation change) {
        Ticket first = Ticket.of(change.call(connection, deadline).orThrow(where));
        try {
            Ticket ticket = first;
            for (int i = 0; i < ATTEMPTS && ticket.version() > 0; i++) {
                long known = known(keys.tell(relation, ticket).call(connection, deadline));
                if (known == 0) {
                    settle(relation, ticket);
                    break;
                }
                ticket = Ticket.of(
                        next(relation, ticket, known).call(connection, deadline).orThrow(where));
            }
        } catch (KeywrightException.Unavailable away) {
            return first.changed(); // the mark is there, and somebody will see to it
        }
        return first.changed();
    }

    CompletionStage<Boolean> changeAsync(Relation relation, Script.Invocation change) {
        return change.send(connection, deadline)
                .thenApply(reply -> Ticket.of(reply.orThrow(where)))
                .thenCompose(ticket -> tell(relation, ticket, ATTEMPTS)
                        .exceptionallyCompose(failure -> {
                            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                            return cause instanceof KeywrightException.Unavailable
                                    ? CompletableFuture.completedStage(false)
                                    : CompletableFuture.failedStage(cause);
                        })
                        .thenApply(told -> ticket.changed()));
    }

    /** Whether the other side was told, and the mark is taken away. */
    CompletionStage<Boolean> renew(Relation relation) {
        return keys.renew(relation)
                .send(connection, deadline)
                .thenCompose(reply -> tell(relation, Ticket.of(reply.orThrow(where)), ATTEMPTS));
    }

    /** Ends a relation, and tells the other side even if it had ended before. */
    CompletionStage<Boolean> end(Relation relation) {
        return keys.unfollow(relation)
                .send(connection, deadline)
                .thenApply(reply -> Ticket.of(reply.orThrow(where)))
                .thenCompose(ticket -> ticket.version() == 0 ? renew(relation) : tell(relation, ticket, ATTEMPTS));
    }

    private CompletionStage<Boolean> tell(Relation relation, Ticket ticket, int attempts) {
        if (ticket.version() == 0 || attempts == 0) {
            return CompletableFuture.completedStage(ticket.version() == 0);
        }
        return keys.tell(relation, ticket).send(connection, deadline).thenCompose(reply -> {
            long known = known(reply);
            return known == 0
                    ? settle(relation, ticket).thenApply(settled -> true)
                    : next(relation, ticket, known)
                            .send(connection, deadline)
                            .thenCompose(again -> tell(relation, Ticket.of(again.orThrow(where)), attempts - 1));
        });
    }

    private long known(Reply told) {
        return Long.parseLong(told.orThrow(where).text());
    }

    private Script.Invocation next(Relation relation, Ticket ticket, long known) {
        return known < 0 ? keys.renew(relation) : keys.raise(relation, ticket.version(), known);
    }

    /** Nobody has to wait for it: a mark that stays is told of once more. */
    private CompletionStage<Reply> settle(Relation relation, Ticket ticket) {
        return keys.settle(relation, ticket).send(connection, deadline);
    }

    /** Tells what is marked in a part; all of it is tried, and then the first failure thrown if there is one. */
    CompletionStage<Long> repair(int part) {
        return marked(part, Optional.empty(), 0);
    }

    private CompletionStage<Long> marked(int part, Optional<Entry> after, long before) {
        return new Newest(keys.marks(part), after, AT_ONCE, where)
                .onMaster()
                .send(connection, deadline)
                .thenCompose(page -> {
                    List<CompletionStage<Boolean>> told = page.stream()
                            .map(mark -> renew(Relation.of(mark.member()))
                                    .thenCompose(taken -> taken ? CompletableFuture.completedStage(true) : stuck()))
                            .toList();
                    CompletionStage<Long> here = count(told).thenApply(count -> before + count);
                    return page.size() < AT_ONCE
                            ? here
                            : here.handle((count, failure) -> failure == null
                                            ? marked(part, last(page), count)
                                            : marked(part, last(page), before).thenCompose(rest -> here))
                                    .thenCompose(rest -> rest);
                });
    }

    private static CompletionStage<Long> count(List<CompletionStage<Boolean>> done) {
        return Waiting.all(done)
                .thenApply(each -> each.stream().filter(told -> told).count());
    }

    private static Optional<Entry> last(List<Entry> page) {
        return Optional.of(page.get(page.size() - 1));
    }

    /** Ends all relations of a user, some at a time; how many that were. */
    CompletionStage<Long> forget(String user, long before) {
        return both(user, Optional.empty(), Optional.empty()).thenCompose(pages -> {
            List<CompletionStage<Boolean>> ended = new ArrayList<>();
            pages.get(0).forEach(entry -> ended.add(end(new Relation(user, entry.member()))));
            pages.get(1).forEach(entry -> ended.add(end(new Relation(entry.member(), user))));
            return ended.isEmpty()
                    ? CompletableFuture.completedStage(before)
                    : count(ended).thenCompose(count -> count == 0 ? stuck() : forget(user, before + count));
        });
    }

    private <T> CompletionStage<T> stuck() {
        return CompletableFuture.failedStage(new KeywrightException.Unavailable(
                "The other side took the news not over (" + where
                        + "). Compare the clocks of the servers, which differ by minutes, and do it again.",
                true));
    }

    private CompletionStage<List<List<Entry>>> both(String user, Optional<Entry> following, Optional<Entry> followers) {
        return Waiting.all(List.of(
                new Newest(keys.following(user), following, AT_ONCE, where)
                        .onMaster()
                        .send(connection, deadline),
                new Newest(keys.followers(user), followers, AT_ONCE, where)
                        .onMaster()
                        .send(connection, deadline)));
    }

    /** Compares both sides of all relations of a user, and tells of those that differ; how many that were. */
    CompletionStage<Long> reconcile(String user) {
        return reconcile(user, true, Optional.empty(), 0)
                .thenCompose(count -> reconcile(user, false, Optional.empty(), count));
    }

    private CompletionStage<Long> reconcile(String user, boolean following, Optional<Entry> after, long before) {
        byte[] list = following ? keys.following(user) : keys.followers(user);
        return new Newest(list, after, AT_ONCE, where)
                .onMaster()
                .send(connection, deadline)
                .thenCompose(page -> count(page.stream()
                                .map(entry -> following
                                        ? mend(
                                                new Relation(user, entry.member()),
                                                keys.followers(entry.member()),
                                                user,
                                                entry)
                                        : mend(
                                                new Relation(entry.member(), user),
                                                keys.following(entry.member()),
                                                user,
                                                entry))
                                .toList())
                        .thenCompose(count -> page.size() < AT_ONCE
                                ? CompletableFuture.completedStage(before + count)
                                : reconcile(user, following, last(page), before + count)));
    }

    private CompletionStage<Boolean> mend(Relation relation, byte[] otherSide, String user, Entry entry) {
        Command score = Command.named("ZSCORE").key(otherSide).argument(user).buildRepeatable();
        return connection
                .send(score, deadline)
                .thenCompose(reply -> Scores.of(reply.orThrow(where)).orElse(0) == entry.score()
                        ? CompletableFuture.completedStage(false)
                        : renew(relation));
    }
}
