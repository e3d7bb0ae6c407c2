package dev.keywright.feed;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.page.Entry;
import dev.keywright.page.Newest;
import dev.keywright.page.Waiting;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * The newest items for each reader, and of each author: ids by time, so many and no more.
 *
 * <pre>{@code
 * Feeds feeds = kw.feeds("posts", FeedOptions.DEFAULTS);
 * FeedItem item = new FeedItem("ann", "post 7", Instant.now());
 * if (feeds.publish(item, followersOfAnn)) {
 *     feeds.fanOut(item, followers);
 * }
 * FeedPage page = feeds.read("bob", 20);
 * }</pre>
 *
 * <ul>
 *   <li>Order: newest first by the time of the item, and by its id where times are equal; not by when it came. An item is in a feed once.
 *   <li>Fan-out: an item is written to the feeds of those who follow, some hundred at a time. All of it may be repeated, and is resumed
 *       where it stopped; nothing is doubled. Authors with {@link FeedOptions#celebrity()} followers or more are not fanned out but merged
 *       when a feed is read.
 *   <li>Commands: a push is 1 EVALSHA for each feed; a page 1 ZRANGE for the feed and for each merged author, in one flush.
 *   <li>Pages: what comes in meanwhile neither moves nor doubles the rest.
 *   <li>Clock: the caller's, for the time of items; of the server for what is kept how long.
 *   <li>Memory: see the manual page; every key has a TTL, renewed with each item that comes. A feed is a copy: what was lost is filled again
 *       from the authors' own lists.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Feeds {

    public static final Needs NEEDS = Needs.of(
            List.of(
                    "EVALSHA",
                    "EVAL",
                    "ZADD",
                    "ZREM",
                    "ZSCORE",
                    "ZCARD",
                    "ZRANGE",
                    "ZREMRANGEBYRANK",
                    "PEXPIRE",
                    "UNLINK"),
            List.of("feed:*"));

    private static final int AT_ONCE = 100;

    private final Connection connection;
    private final FeedOptions options;
    private final Duration deadline;
    private final String where;
    private final FeedKeys keys;
    private final Spreading spreading;

    /** Users call {@code Keywright.feeds}. */
    public Feeds(Connection connection, String name, FeedOptions options) {
        this.connection = connection;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.where = "feeds " + name;
        this.keys = new FeedKeys(name, options);
        this.spreading = new Spreading(connection, keys, deadline, where);
    }

    // --- single feeds

    /**
     * Adds items to one feed. One that is there already moves to the time it has now.
     *
     * @param items 1 to 100
     * @return how many are new and not too old for the feed; 0 also after a first sending whose answer was lost
     * @throws dev.keywright.KeywrightException.Misused when there is a key of another type
     * @throws dev.keywright.KeywrightException.Unavailable when Redis did not answer; add them again
     */
    public int push(String user, Collection<FeedItem> items) {
        return number(pushing(keys.home(user), items).call(connection, deadline));
    }

    public CompletionStage<Integer> pushAsync(String user, Collection<FeedItem> items) {
        return pushing(keys.home(user), items).send(connection, deadline).thenApply(this::number);
    }

    private Script.Invocation pushing(byte[] feed, Collection<FeedItem> items) {
        if (items.isEmpty() || items.size() > AT_ONCE) {
            throw new IllegalArgumentException("There are " + items.size() + " items; give 1 to " + AT_ONCE);
        }
        return keys.push(feed, items);
    }

    private int number(Reply reply) {
        return Math.toIntExact(reply.orThrow(where).number());
    }

    /** Takes an item out of one feed; whether it was there. */
    public boolean remove(String user, String author, String id) {
        return number(connection.call(removing(user, author, id), deadline)) == 1;
    }

    public CompletionStage<Boolean> removeAsync(String user, String author, String id) {
        return connection.send(removing(user, author, id), deadline).thenApply(reply -> number(reply) == 1);
    }

    private Command removing(String user, String author, String id) {
        return FeedKeys.remove(keys.home(user), FeedItem.member(author, id));
    }

    /** How many items a feed has: ZCARD. */
    public int size(String user) {
        return number(connection.call(counting(user), deadline));
    }

    public CompletionStage<Integer> sizeAsync(String user) {
        return connection.send(counting(user), deadline).thenApply(this::number);
    }

    private Command counting(String user) {
        return Command.named("ZCARD").key(keys.home(user)).buildReadOnly();
    }

    /** Forgets a feed; whether there was one. */
    public boolean clear(String user) {
        return number(connection.call(clearing(user), deadline)) == 1;
    }

    public CompletionStage<Boolean> clearAsync(String user) {
        return connection.send(clearing(user), deadline).thenApply(reply -> number(reply) == 1);
    }

    private Command clearing(String user) {
        return Command.named("UNLINK").key(keys.home(user)).buildRepeatable();
    }

    // --- reading

    /** The newest items of a feed. */
    public FeedPage read(String user, int limit) {
        return read(user, FeedQuery.newest(limit));
    }

    /**
     * A page of a feed, with the items of some authors merged in, and without those of others. It is read on for a page that would be short
     * because of muted authors, 100 items at a time and 5 times at most.
     */
    public FeedPage read(String user, FeedQuery query) {
        return query.merged().isEmpty() && query.muted().isEmpty()
                ? page(keys.home(user), query)
                : Waiting.join(readAsync(user, query), where);
    }

    private FeedPage page(byte[] list, FeedQuery query) {
        List<Entry> entries =
                new Newest(list, query.after().map(Entry::at), query.limit(), where).call(connection, deadline);
        return new FeedPage(
                entries.stream().map(FeedItem::of).toList(),
                entries.size() < query.limit()
                        ? Optional.empty()
                        : Optional.of(entries.get(entries.size() - 1).cursor()));
    }

    public CompletionStage<FeedPage> readAsync(String user, FeedQuery query) {
        List<byte[]> lists = Stream.concat(
                        Stream.of(keys.home(user)), query.merged().stream().map(keys::own))
                .toList();
        return new Merge(connection, deadline, where, lists, query).read();
    }

    /** A page of an author's own items. */
    public FeedPage own(String author, FeedQuery query) {
        return Waiting.join(ownAsync(author, query), where);
    }

    public CompletionStage<FeedPage> ownAsync(String author, FeedQuery query) {
        List<byte[]> lists = Stream.concat(Stream.of(author), query.merged().stream())
                .distinct()
                .map(keys::own)
                .toList();
        return new Merge(connection, deadline, where, lists, query).read();
    }

    /**
     * Fills a feed from the authors' own lists: after it expired, for one who is new, or when someone is followed from now on. The newest
     * items of all of them are pushed, as many as a feed keeps; what is retracted meanwhile is taken out again. When it fails, do it again.
     *
     * @param authors 1 to 50; call it once more for others
     * @return how many were new
     */
    public int fill(String user, List<String> authors) {
        return Waiting.join(fillAsync(user, authors), where);
    }

    public CompletionStage<Integer> fillAsync(String user, List<String> authors) {
        if (authors.isEmpty()) {
            throw new IllegalArgumentException("There are no authors; give 1 to " + FeedQuery.MOST_MERGED);
        }
        FeedQuery newest = FeedQuery.newest(options.cap()).merging(authors);
        return ownAsync(authors.get(0), newest).thenCompose(page -> {
            List<FeedItem> items = page.items();
            List<CompletionStage<Integer>> pushed = Stream.iterate(
                            0, from -> from < items.size(), from -> from + AT_ONCE)
                    .map(from -> pushAsync(user, items.subList(from, Math.min(items.size(), from + AT_ONCE))))
                    .toList();
            return Waiting.all(pushed)
                    .thenCompose(counts -> spreading
                            .cleanFilled(keys.home(user), items)
                            .thenApply(cleaned ->
                                    counts.stream().mapToInt(Integer::intValue).sum()));
        });
    }

    // --- fan-out

    /**
     * Adds an item to the author's own list, which is the first step of every fan-out.
     *
     * @param followers how many follow the author
     * @return whether it is to be fanned out; false for authors with {@link FeedOptions#celebrity()} followers or more, whose readers merge
     *     them
     */
    public boolean publish(FeedItem item, long followers) {
        int unused = number(keys.push(keys.own(item.author()), List.of(item)).call(connection, deadline));
        return followers < options.celebrity();
    }

    public CompletionStage<Boolean> publishAsync(FeedItem item, long followers) {
        return keys.push(keys.own(item.author()), List.of(item))
                .send(connection, deadline)
                .thenApply(reply -> number(reply) >= 0 && followers < options.celebrity());
    }

    /**
     * Writes an item that was published to the feeds of one page of readers. To be called on with {@link FanOut#next()} until there is
     * none; whoever stores it goes on after a crash, and what is written again changes nothing.
     *
     * @return how many feeds; with nothing to go on with when the item is not among the author's own any more, and then this page is clean
     *     of it
     * @throws dev.keywright.KeywrightException.Unavailable when Redis did not answer; do the same page again
     */
    public FanOut fanOut(FeedItem item, Readers readers, Optional<String> from) {
        Readers.Page page = readers.page(from);
        return spreading.write(item, page.users(), page.next());
    }

    /** Writes an item that was published to the feeds of these users, 250 at a time. */
    public FanOut fanOut(FeedItem item, Collection<String> users) {
        return spreading.write(item, users, Optional.empty());
    }

    public CompletionStage<FanOut> fanOutAsync(FeedItem item, Collection<String> users) {
        return spreading.writeAsync(item, users);
    }

    /**
     * Takes an item from the author's own list, and then from the feeds of one page of readers. To be called on as {@link #fanOut(FeedItem,
     * Readers, Optional)}. A fan-out that is under way ends, and cleans up what it writes meanwhile; one that died there leaves some feeds of
     * its last chunk with the item, until it is resumed.
     */
    public FanOut retract(String author, String id, Readers readers, Optional<String> from) {
        byte[] member = FeedItem.member(author, id);
        int unused = number(connection.call(FeedKeys.remove(keys.own(author), member), deadline));
        Readers.Page page = readers.page(from);
        return spreading.clean(member, page.users(), page.next());
    }

    /** Takes an item from the author's own list, and then from the feeds of these users, 250 at a time. */
    public FanOut retract(String author, String id, Collection<String> users) {
        byte[] member = FeedItem.member(author, id);
        int unused = number(connection.call(FeedKeys.remove(keys.own(author), member), deadline));
        return spreading.clean(member, users, Optional.empty());
    }

    public CompletionStage<FanOut> retractAsync(String author, String id, Collection<String> users) {
        byte[] member = FeedItem.member(author, id);
        return connection
                .send(FeedKeys.remove(keys.own(author), member), deadline)
                .thenCompose(reply -> {
                    int unused = number(reply);
                    return spreading.cleanAsync(member, users);
                });
    }

    @Override
    public String toString() {
        return where;
    }
}
