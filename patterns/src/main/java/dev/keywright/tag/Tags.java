package dev.keywright.tag;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.page.Ids;
import dev.keywright.page.Waiting;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * Items with tags, and items by their tags: all of some, any of some, none of some.
 *
 * <pre>{@code
 * Tags shop = kw.tags("shop");
 * shop.add("shoe 1001", "red", "large");
 * ItemPage page = shop.find(TagQuery.allOf("red", "large").none("sold-out"), 100);
 * }</pre>
 *
 * <ul>
 *   <li>Promise: the tags of an item and the items of a tag change together, in one script; a query never finds an item by a tag that it
 *       does not have at that moment.
 *   <li>Commands: a change is 1 EVALSHA, 1 round trip; {@link #replace} 2, and 2 more for each time others change the same item in
 *       between. A page is 1 EVALSHA, and some more where it would be empty.
 *   <li>Parts: with more than one, items are spread over several hash slots, and every query is answered within each part; nothing is
 *       moved between them.
 *   <li>Items and tags: any text of 1 to 1,024 bytes, as they are: what is the same for people has to be made so before.
 *   <li>Memory: no key has a TTL. See the manual page for the bytes.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Tags {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "EVALSHA_RO",
                            "EVAL_RO",
                            "SADD",
                            "SREM",
                            "SCARD",
                            "SISMEMBER",
                            "SMISMEMBER",
                            "SMEMBERS",
                            "SRANDMEMBER",
                            "SSCAN",
                            "SINTERCARD"),
                    List.of("tag:*"))
            .thatAreDurable();

    private static final int LONGEST_PAGE = 1_000;
    private static final int MOVED_AT_ONCE = 50;
    private static final int ATTEMPTS = 100;

    private final Connection connection;
    private final Duration deadline;
    private final String where;
    private final TagKeys keys;
    private final Search search;

    /** Users call {@code Keywright.tags}. */
    public Tags(Connection connection, String name, TagOptions options) {
        this.connection = connection;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.where = "tags " + name;
        this.keys = new TagKeys(name, options);
        this.search = new Search(connection, keys, deadline, where);
    }

    // --- the tags of an item

    /** As {@link #change}, adding only. */
    public TagChange add(String item, String... tags) {
        return change(item, List.of(tags), List.of());
    }

    /** As {@link #change}, removing only. */
    public TagChange remove(String item, String... tags) {
        return change(item, List.of(), List.of(tags));
    }

    /**
     * Gives an item tags and takes others from it, in one step.
     *
     * @return what has changed; after a first sending whose answer was lost, nothing
     * @throws KeywrightException.Misused when it would have more than {@link TagOptions#most()}, or a key of another type is there
     * @throws KeywrightException.Unavailable when Redis did not answer; do it again
     * @throws IllegalArgumentException when a tag is both to be given and taken
     */
    public TagChange change(String item, Collection<String> add, Collection<String> remove) {
        List<String> give = once(add);
        List<String> take = once(remove);
        return changed(give, take, changing(item, give, take).call(connection, deadline));
    }

    public CompletionStage<TagChange> changeAsync(String item, Collection<String> add, Collection<String> remove) {
        List<String> give = once(add);
        List<String> take = once(remove);
        return changing(item, give, take).send(connection, deadline).thenApply(reply -> changed(give, take, reply));
    }

    private static List<String> once(Collection<String> tags) {
        if (tags.size() > 1_000) {
            throw new IllegalArgumentException("There are " + tags.size() + " tags; give up to 1000 at once");
        }
        return List.copyOf(new LinkedHashSet<>(tags));
    }

    private Script.Invocation changing(String item, List<String> give, List<String> take) {
        if (give.stream().anyMatch(new HashSet<>(take)::contains)) {
            throw new IllegalArgumentException("A tag is to be given and taken at once; name it on one side only");
        }
        return keys.change(item, give, take, null);
    }

    private TagChange changed(List<String> give, List<String> take, Reply reply) {
        List<Reply> flags = reply.orThrow(where).items();
        return new TagChange(flagged(give, flags, 0), flagged(take, flags, give.size()));
    }

    private static Set<String> flagged(List<String> tags, List<Reply> flags, int from) {
        Set<String> changed = new HashSet<>();
        for (int i = 0; i < tags.size(); i++) {
            if (flags.get(from + i).number() == 1) {
                changed.add(tags.get(i));
            }
        }
        return changed;
    }

    /**
     * Gives an item these tags and no others; with none of them the item is gone. When others change the same item in the meantime, it
     * looks again.
     *
     * @return what has changed
     * @throws KeywrightException.Misused as {@link #change}
     */
    public TagChange replace(String item, Collection<String> tags) {
        return Waiting.join(replaceAsync(item, tags), where);
    }

    public CompletionStage<TagChange> replaceAsync(String item, Collection<String> tags) {
        return replace(item, new LinkedHashSet<>(once(tags)), ATTEMPTS);
    }

    private CompletionStage<TagChange> replace(String item, Set<String> wanted, int attempts) {
        Command look = Command.named("SMEMBERS").key(keys.item(item)).buildRepeatable(); // a replica may be late
        return connection.send(look, deadline).thenCompose(members -> {
            Set<String> there = texts(members);
            List<String> give =
                    wanted.stream().filter(tag -> !there.contains(tag)).toList();
            List<String> take =
                    there.stream().filter(tag -> !wanted.contains(tag)).toList();
            List<String> kept = there.stream().filter(wanted::contains).toList();
            if (give.isEmpty() && take.isEmpty()) {
                return CompletableFuture.completedStage(new TagChange(Set.of(), Set.of()));
            }
            return keys.change(item, give, take, kept)
                    .send(connection, deadline)
                    .thenCompose(reply -> {
                        if (!reply.orThrow(where).items().isEmpty()) {
                            return CompletableFuture.completedStage(changed(give, take, reply));
                        } else if (attempts == 1) {
                            return CompletableFuture.failedStage(new KeywrightException.Unavailable(
                                    "The tags of the item were changed by others all the time (" + where
                                            + "). Try again.",
                                    false));
                        }
                        return replace(item, wanted, attempts - 1);
                    });
        });
    }

    private Set<String> texts(Reply reply) {
        Set<String> texts = new LinkedHashSet<>();
        reply.orThrow(where).items().forEach(text -> texts.add(text.text()));
        return texts;
    }

    /** The tags of an item; empty when it has none. SMEMBERS, of {@link TagOptions#most()} at most. */
    public Set<String> of(String item) {
        return texts(connection.call(TagKeys.on("SMEMBERS", keys.item(item)), deadline));
    }

    public CompletionStage<Set<String>> ofAsync(String item) {
        return connection
                .send(TagKeys.on("SMEMBERS", keys.item(item)), deadline)
                .thenApply(this::texts);
    }

    /** Whether an item has a tag: SISMEMBER. */
    public boolean has(String item, String tag) {
        return connection.call(asking(item, tag), deadline).orThrow(where).number() == 1;
    }

    public CompletionStage<Boolean> hasAsync(String item, String tag) {
        return connection
                .send(asking(item, tag), deadline)
                .thenApply(reply -> reply.orThrow(where).number() == 1);
    }

    private Command asking(String item, String tag) {
        return Command.named("SISMEMBER")
                .key(keys.item(item))
                .argument(Ids.bytes("tag", tag))
                .buildReadOnly();
    }

    // --- the items of tags

    /**
     * The first page of the items that a query asks for.
     *
     * @param count how many are looked at, about, 1 to 1,000
     */
    public ItemPage find(TagQuery query, int count) {
        return Waiting.join(findAsync(query, Optional.empty(), count), where);
    }

    /**
     * The page after another one. Every item that fits all the time, and whose tags do not change, comes; seldom twice, when a set grows or
     * shrinks much meanwhile. After a failover begin anew.
     *
     * @throws IllegalArgumentException when the cursor is of another query
     */
    public ItemPage find(TagQuery query, String after, int count) {
        return Waiting.join(findAsync(query, Optional.of(after), count), where);
    }

    public CompletionStage<ItemPage> findAsync(TagQuery query, Optional<String> after, int count) {
        check(count, LONGEST_PAGE, "count");
        return search.page(
                query, after.map(text -> Place.of(query, text, keys.parts())).orElse(Place.FIRST), count);
    }

    private static void check(int value, int most, String what) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is " + value + "; give 1 to " + most);
        }
    }

    /**
     * Counts the items that a query asks for, up to a limit. One tag is one SCARD for each part; all of some tags, the rarest of which has so
     * few items per part that 20,000 look-ups do, are one SINTERCARD for each part, in one round trip. Else it walks as {@link #find} does, 500
     * items at a time, in 2,000 steps at most: what is not at its end then is counted that far, and not exact. An item that a walk meets
     * twice counts twice.
     *
     * @param limit 1 to 1,000,000
     */
    public TagCount count(TagQuery query, int limit) {
        return Waiting.join(countAsync(query, limit), where);
    }

    public CompletionStage<TagCount> countAsync(TagQuery query, int limit) {
        check(limit, 1_000_000, "limit");
        return search.count(query, limit);
    }

    /** How many items each of the tags has, in the order given: SCARD for each and part, in one flush. */
    public Map<String, Long> counts(Collection<String> tags) {
        return Waiting.join(countsAsync(tags), where);
    }

    public CompletionStage<Map<String, Long>> countsAsync(Collection<String> tags) {
        List<String> all = once(tags);
        return Waiting.all(all.stream().map(this::countOf).toList()).thenApply(counts -> {
            Map<String, Long> by = new LinkedHashMap<>();
            for (int i = 0; i < all.size(); i++) {
                by.put(all.get(i), counts.get(i));
            }
            return by;
        });
    }

    private CompletionStage<Long> countOf(String tag) {
        byte[] unused = Ids.bytes("tag", tag);
        return Waiting.all(IntStream.range(0, keys.parts())
                        .mapToObj(part -> connection.send(TagKeys.on("SCARD", keys.set(part, tag)), deadline))
                        .toList())
                .thenApply(replies -> replies.stream()
                        .mapToLong(reply -> reply.orThrow(where).number())
                        .sum());
    }

    /**
     * Tags that items have, in no order, some at most: SSCAN, 500 at a time.
     *
     * @param limit 1 to 100,000
     */
    public List<String> names(int limit) {
        return Waiting.join(namesAsync(limit), where);
    }

    public CompletionStage<List<String>> namesAsync(int limit) {
        check(limit, 100_000, "limit");
        return search.names(0, "0", limit, new LinkedHashSet<>());
    }

    // --- whole tags

    /**
     * Gives all items of a tag another one instead, 50 in each step, until none is left. Items that had the other one keep it. When it
     * fails, do it again: each item has one of both at any time.
     *
     * @return how many items had the tag
     */
    public long rename(String tag, String other) {
        return Waiting.join(renameAsync(tag, other), where);
    }

    public CompletionStage<Long> renameAsync(String tag, String other) {
        if (tag.equals(other)) {
            throw new IllegalArgumentException("Both tags are the same; give two");
        }
        byte[] unused = Ids.bytes("tag", other);
        return move(tag, other);
    }

    /** Takes a tag from all items, 50 in each step, until none is left. */
    public long removeTag(String tag) {
        return Waiting.join(removeTagAsync(tag), where);
    }

    public CompletionStage<Long> removeTagAsync(String tag) {
        return move(tag, tag);
    }

    private CompletionStage<Long> move(String from, String to) {
        byte[] unused = Ids.bytes("tag", from);
        CompletionStage<Long> moved = CompletableFuture.completedStage(0L);
        for (int part = 0; part < keys.parts(); part++) {
            int which = part;
            moved = moved.thenCompose(before -> move(which, from, to, before));
        }
        return moved;
    }

    private CompletionStage<Long> move(int part, String from, String to, long before) {
        Command some = Command.named("SRANDMEMBER")
                .key(keys.set(part, from))
                .argument(MOVED_AT_ONCE)
                .buildRepeatable();
        return connection.send(some, deadline).thenCompose(reply -> {
            List<String> items = List.copyOf(texts(reply));
            return items.isEmpty()
                    ? CompletableFuture.completedStage(before)
                    : keys.move(part, from, to, items)
                            .send(connection, deadline)
                            .thenCompose(moved -> move(
                                    part,
                                    from,
                                    to,
                                    before + moved.orThrow(where).number()));
        });
    }

    @Override
    public String toString() {
        return where;
    }
}
