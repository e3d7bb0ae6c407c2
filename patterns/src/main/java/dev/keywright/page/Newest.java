package dev.keywright.page;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One page of a sorted set, the newest first, from an entry on: what comes in or goes out in the meantime neither moves nor doubles the
 * rest. One ZRANGE, O(log n + page); one more only where more members than a page holds have the very same score.
 */
public final class Newest {

    private final byte[] key;
    private final Optional<Entry> after;
    private final int limit;
    private final String where;
    private final List<Entry> page = new ArrayList<>();
    private int offset;
    private boolean onMaster;

    /**
     * @param after the last entry of the page before
     * @param limit 1 or more
     */
    public Newest(byte[] key, Optional<Entry> after, int limit, String where) {
        this.key = key;
        this.after = after;
        this.limit = limit;
        this.where = where;
    }

    /** The same, never from a replica, which may be late; for what decides about changes. */
    public Newest onMaster() {
        onMaster = true;
        return this;
    }

    /** For a batch, whose caller hands the reply to {@link #take}. */
    public Command command() {
        Command.Builder range = Command.named("ZRANGE")
                .key(key)
                .argument(after.map(entry -> Long.toString(entry.score())).orElse("+inf"))
                .argument("-inf")
                .argument("BYSCORE")
                .argument("REV")
                .argument("LIMIT")
                .argument(offset)
                .argument(window())
                .argument("WITHSCORES");
        return onMaster ? range.buildRepeatable() : range.buildReadOnly();
    }

    /** One more, as the entry to begin after is usually the first that comes. */
    private int window() {
        return limit + (after.isPresent() ? 1 : 0);
    }

    /** Takes in what came. Whether the page is complete, or else the command is to be sent again. */
    public boolean take(Reply reply) {
        List<Entry> came = Scores.entries(reply.orThrow(where));
        for (Entry entry : came) {
            Optional<Entry> last = page.isEmpty() ? after : Optional.of(page.get(page.size() - 1));
            if (page.size() < limit && last.map(entry::compareTo).orElse(1) > 0) {
                page.add(entry);
            }
        }
        offset += came.size();
        return page.size() == limit || came.size() < window();
    }

    /** What was taken in, and the whole page once it is complete. */
    public List<Entry> entries() {
        return page;
    }

    public List<Entry> call(Connection connection, Duration deadline) {
        while (!take(
                connection.call(command(), deadline))) {} // each has the deadline, and there is seldom a second one
        return page;
    }

    public CompletionStage<List<Entry>> send(Connection connection, Duration deadline) {
        return connection
                .send(command(), deadline)
                .thenCompose(
                        reply -> take(reply) ? CompletableFuture.completedStage(page) : send(connection, deadline));
    }
}
