package dev.keywright.feed;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.page.Waiting;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * Writes an item to many feeds, and takes it out again.
 *
 * <p>The list of the author says whether an item still is. It is asked after each chunk was written: whoever retracts takes the item from
 * that list first, so either the chunk was written before, and is cleaned by the retraction, or the question finds the item gone, and the
 * chunk is cleaned here.
 */
final class Spreading {

    private static final int CHUNK = 250;

    private final Connection connection;
    private final FeedKeys keys;
    private final Duration deadline;
    private final String where;

    Spreading(Connection connection, FeedKeys keys, Duration deadline, String where) {
        this.connection = connection;
        this.keys = keys;
        this.deadline = deadline;
        this.where = where;
    }

    /** One chunk after the other; each has the deadline. Ends early, with nothing to go on with, when the item was retracted. */
    FanOut write(FeedItem item, Collection<String> users, Optional<String> next) {
        long feeds = 0;
        long refused = 0;
        for (List<String> chunk : chunks(users)) {
            List<Script.Invocation> pushes = pushes(item, chunk);
            List<Reply> replies = connection.batch(
                    pushes.stream().map(Script.Invocation::byDigest).toList(), deadline);
            FanOut done = counted(again(pushes, replies));
            feeds += done.feeds();
            refused += done.refused();
            if (!isThere(connection.call(asking(item), deadline))) {
                FanOut unused = clean(FeedItem.member(item.author(), item.id()), chunk, Optional.empty());
                return new FanOut(feeds - done.feeds(), refused, Optional.empty());
            }
        }
        return new FanOut(feeds, refused, next);
    }

    /** Those that a server did not know are sent with their text. */
    private List<Reply> again(List<Script.Invocation> pushes, List<Reply> replies) {
        List<Integer> unknown = IntStream.range(0, replies.size())
                .filter(i -> Script.isUnknown(replies.get(i)))
                .boxed()
                .toList();
        if (unknown.isEmpty()) {
            return replies;
        }
        List<Reply> all = new ArrayList<>(replies);
        List<Reply> second = connection.batch(
                unknown.stream().map(i -> pushes.get(i).byText()).toList(), deadline);
        for (int i = 0; i < unknown.size(); i++) {
            all.set(unknown.get(i), second.get(i));
        }
        return all;
    }

    CompletionStage<FanOut> writeAsync(FeedItem item, Collection<String> users) {
        return writeAsync(item, chunks(users), new FanOut(0, 0, Optional.empty()));
    }

    private CompletionStage<FanOut> writeAsync(FeedItem item, List<List<String>> chunks, FanOut before) {
        if (chunks.isEmpty()) {
            return CompletableFuture.completedStage(before);
        }
        List<String> chunk = chunks.get(0);
        return Waiting.all(pushes(item, chunk).stream()
                        .map(push -> push.send(connection, deadline))
                        .toList())
                .thenApply(this::counted)
                .thenCompose(done -> connection.send(asking(item), deadline).thenCompose(reply -> {
                    long refused = before.refused() + done.refused();
                    return isThere(reply)
                            ? writeAsync(
                                    item,
                                    chunks.subList(1, chunks.size()),
                                    new FanOut(before.feeds() + done.feeds(), refused, Optional.empty()))
                            : cleanAsync(item.member(), List.of(chunk), new FanOut(0, 0, Optional.empty()))
                                    .thenApply(cleaned -> new FanOut(before.feeds(), refused, Optional.empty()));
                }));
    }

    private static List<List<String>> chunks(Collection<String> users) {
        List<String> all = List.copyOf(new LinkedHashSet<>(users));
        return IntStream.iterate(0, from -> from < all.size(), from -> from + CHUNK)
                .mapToObj(from -> all.subList(from, Math.min(all.size(), from + CHUNK)))
                .toList();
    }

    private List<Script.Invocation> pushes(FeedItem item, List<String> users) {
        List<FeedItem> one = List.of(item);
        return users.stream().map(user -> keys.push(keys.home(user), one)).toList();
    }

    private Command asking(FeedItem item) {
        return FeedKeys.score(keys.own(item.author()), item.member());
    }

    private boolean isThere(Reply score) {
        return !score.orThrow(where).isNothing();
    }

    /** A feed whose key is of another type keeps nobody else from getting the item. */
    private FanOut counted(List<Reply> replies) {
        long refused = replies.stream()
                .filter(reply -> reply instanceof Reply.Failure failure && failure.is("WRONGTYPE"))
                .count();
        replies.stream()
                .filter(reply -> !(reply instanceof Reply.Failure failure && failure.is("WRONGTYPE")))
                .forEach(reply -> reply.orThrow(where));
        return new FanOut(replies.size() - refused, refused, Optional.empty());
    }

    /** Takes out of a feed what is not among its author's own any more: it was retracted after it had been read there. How many. */
    CompletionStage<Long> cleanFilled(byte[] feed, List<FeedItem> items) {
        return Waiting.all(items.stream()
                        .map(item -> connection
                                .send(asking(item), deadline)
                                .thenCompose(score -> isThere(score)
                                        ? CompletableFuture.completedStage(0L)
                                        : connection
                                                .send(FeedKeys.remove(feed, item.member()), deadline)
                                                .thenApply(reply ->
                                                        reply.orThrow(where).number())))
                        .toList())
                .thenApply(
                        removed -> removed.stream().mapToLong(Long::longValue).sum());
    }

    FanOut clean(byte[] member, Collection<String> users, Optional<String> next) {
        long feeds = 0;
        long refused = 0;
        for (List<String> chunk : chunks(users)) {
            FanOut done = counted(connection.batch(removals(member, chunk), deadline));
            feeds += done.feeds();
            refused += done.refused();
        }
        return new FanOut(feeds, refused, next);
    }

    CompletionStage<FanOut> cleanAsync(byte[] member, Collection<String> users) {
        return cleanAsync(member, chunks(users), new FanOut(0, 0, Optional.empty()));
    }

    private CompletionStage<FanOut> cleanAsync(byte[] member, List<List<String>> chunks, FanOut before) {
        if (chunks.isEmpty()) {
            return CompletableFuture.completedStage(before);
        }
        return Waiting.all(removals(member, chunks.get(0)).stream()
                        .map(command -> connection.send(command, deadline))
                        .toList())
                .thenApply(this::counted)
                .thenCompose(done -> cleanAsync(
                        member,
                        chunks.subList(1, chunks.size()),
                        new FanOut(
                                before.feeds() + done.feeds(), before.refused() + done.refused(), Optional.empty())));
    }

    private List<Command> removals(byte[] member, List<String> users) {
        return users.stream()
                .map(user -> FeedKeys.remove(keys.home(user), member))
                .toList();
    }
}
