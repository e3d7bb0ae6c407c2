package dev.keywright.follow;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.page.Entry;
import dev.keywright.page.Ids;
import dev.keywright.page.Newest;
import dev.keywright.page.Scores;
import dev.keywright.page.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Who follows whom: both lists of every user, the newest first, and what they share.
 *
 * <pre>{@code
 * Follows follows = kw.follows("people");
 * follows.follow("ann", "bob");
 * FollowPage page = follows.followers("bob", 20);
 * }</pre>
 *
 * <ul>
 *   <li>Truth: the list of the one who follows; it changes in one step. The list of the one who is followed is told in the same call, and
 *       when that fails or the process dies in between, by whoever comes next: a mark is left beside the truth in the same step. News that
 *       come late change nothing, so once nothing is under way both lists are equal, times included.
 *   <li>Commands: follow and unfollow are 2 EVALSHA, one after the other, and one that nobody waits for. All single reads are 1 round trip.
 *   <li>Users: any text of 1 to 1,024 bytes. They belong to one of 256 hash slots; nothing is asked of two slots at once.
 *   <li>Repair: in the background, some parts every 10 s while there are calls; {@link #repair()} does it now. What a failover of one
 *       server lost, {@link #reconcile} finds.
 *   <li>Clock: of the server, for the time a relation began. When it goes back, order is kept: a version never shrinks.
 *   <li>Memory: no key has a TTL but what ended lately (20 minutes). See the manual page for the bytes of a relation.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Follows {

    /** How many a page may have. */
    public static final int LONGEST_PAGE = 1_000;

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA", "EVAL", "TIME", "ZADD", "ZREM", "ZSCORE", "ZMSCORE", "ZCARD", "ZRANGE",
                            "PEXPIRE"),
                    List.of("follow:*"))
            .thatAreDurable();

    private static final long REPAIRED_EVERY = TimeUnit.SECONDS.toNanos(10);
    private static final int PARTS_AT_ONCE = 64;

    private final Connection connection;
    private final Duration deadline;
    private final String where;
    private final FollowKeys keys;
    private final Telling telling;
    private final Overlaps overlaps;
    private final AtomicLong repaired = new AtomicLong(System.nanoTime());
    private final AtomicBoolean repairing = new AtomicBoolean();
    private final AtomicInteger nextPart = new AtomicInteger();

    /** Users call {@code Keywright.follows}. */
    public Follows(Connection connection, String name, FollowOptions options) {
        this.connection = connection;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.where = "follows " + name;
        this.keys = new FollowKeys(name, options.most());
        this.telling = new Telling(connection, keys, deadline, where);
        this.overlaps = new Overlaps(connection, deadline, where);
    }

    // --- changes

    /**
     * Lets a user follow another. Doing it again changes nothing.
     *
     * @return whether it is new; false also when it was done by a first sending whose answer was lost
     * @throws dev.keywright.KeywrightException.Misused when the user follows {@link FollowOptions#most()} already, or a key of another type is there
     * @throws dev.keywright.KeywrightException.Unavailable when the side of the one who follows did not answer; do it again
     */
    public boolean follow(String follower, String followed) {
        Relation relation = new Relation(follower, followed);
        repairNowAndThen();
        return telling.change(relation, keys.follow(relation));
    }

    public CompletionStage<Boolean> followAsync(String follower, String followed) {
        Relation relation = new Relation(follower, followed);
        repairNowAndThen();
        return telling.changeAsync(relation, keys.follow(relation));
    }

    /** As {@link #follow}, the other way; whether there was something to end. */
    public boolean unfollow(String follower, String followed) {
        Relation relation = new Relation(follower, followed);
        repairNowAndThen();
        return telling.change(relation, keys.unfollow(relation));
    }

    public CompletionStage<Boolean> unfollowAsync(String follower, String followed) {
        Relation relation = new Relation(follower, followed);
        repairNowAndThen();
        return telling.changeAsync(relation, keys.unfollow(relation));
    }

    /**
     * Ends all relations of a user, both ways, 200 at a time until none is left; each step has the deadline. When it fails, do it again.
     *
     * @return how many relations ended
     */
    public long forget(String user) {
        return Waiting.join(forgetAsync(user), where);
    }

    public CompletionStage<Long> forgetAsync(String user) {
        return telling.forget(user, 0);
    }

    // --- single relations

    /** Whether one follows another: ZSCORE. */
    public boolean isFollowing(String follower, String followed) {
        return Scores.of(connection
                        .call(score(keys.following(follower), followed), deadline)
                        .orThrow(where))
                .isPresent();
    }

    public CompletionStage<Boolean> isFollowingAsync(String follower, String followed) {
        return connection
                .send(score(keys.following(follower), followed), deadline)
                .thenApply(reply -> Scores.of(reply.orThrow(where)).isPresent());
    }

    private static Command score(byte[] list, String user) {
        return Command.named("ZSCORE")
                .key(list)
                .argument(Ids.bytes("user", user))
                .buildReadOnly();
    }

    /** Those of the users whom the follower follows, in the order asked: ZMSCORE, 500 each. */
    public Set<String> followedOf(String follower, Collection<String> users) {
        return Waiting.join(followedOfAsync(follower, users), where);
    }

    public CompletionStage<Set<String>> followedOfAsync(String follower, Collection<String> users) {
        return overlaps.among(keys.following(follower), users);
    }

    /** Those of the users who follow this one, in the order asked: ZMSCORE, 500 each. */
    public Set<String> followersAmong(String followed, Collection<String> users) {
        return Waiting.join(followersAmongAsync(followed, users), where);
    }

    public CompletionStage<Set<String>> followersAmongAsync(String followed, Collection<String> users) {
        return overlaps.among(keys.followers(followed), users);
    }

    /** How one stands to the other: two ZSCORE in one flush. */
    public Between between(String one, String other) {
        return between(connection.batch(asking(one, other), deadline));
    }

    public CompletionStage<Between> betweenAsync(String one, String other) {
        return sendAll(asking(one, other)).thenApply(this::between);
    }

    private List<Command> asking(String one, String other) {
        return List.of(score(keys.following(one), other), score(keys.followers(one), other));
    }

    private Between between(List<Reply> scores) {
        return new Between(
                Scores.of(scores.get(0).orThrow(where)).isPresent(),
                Scores.of(scores.get(1).orThrow(where)).isPresent());
    }

    /** How long both lists are: two ZCARD in one flush. */
    public FollowCounts counts(String user) {
        return counts(connection.batch(counting(user), deadline));
    }

    public CompletionStage<FollowCounts> countsAsync(String user) {
        return sendAll(counting(user)).thenApply(this::counts);
    }

    private List<Command> counting(String user) {
        return List.of(Overlaps.length(keys.following(user)), Overlaps.length(keys.followers(user)));
    }

    private FollowCounts counts(List<Reply> replies) {
        return new FollowCounts(
                replies.get(0).orThrow(where).number(),
                replies.get(1).orThrow(where).number());
    }

    private CompletionStage<List<Reply>> sendAll(List<Command> commands) {
        return Waiting.all(commands.stream()
                .map(command -> connection.send(command, deadline))
                .toList());
    }

    // --- lists

    /** The first page of those whom the user follows, the newest first: ZRANGE. */
    public FollowPage following(String user, int limit) {
        return page(page(keys.following(user), Optional.empty(), limit).call(connection, deadline), limit);
    }

    /** The page after another one. What comes in or goes out in between neither moves nor doubles the rest. */
    public FollowPage following(String user, String after, int limit) {
        return page(page(keys.following(user), Optional.of(after), limit).call(connection, deadline), limit);
    }

    public CompletionStage<FollowPage> followingAsync(String user, Optional<String> after, int limit) {
        return page(keys.following(user), after, limit)
                .send(connection, deadline)
                .thenApply(entries -> page(entries, limit));
    }

    /** The first page of those who follow the user, the newest first: ZRANGE. */
    public FollowPage followers(String user, int limit) {
        return page(page(keys.followers(user), Optional.empty(), limit).call(connection, deadline), limit);
    }

    /** The page after another one. */
    public FollowPage followers(String user, String after, int limit) {
        return page(page(keys.followers(user), Optional.of(after), limit).call(connection, deadline), limit);
    }

    public CompletionStage<FollowPage> followersAsync(String user, Optional<String> after, int limit) {
        return page(keys.followers(user), after, limit)
                .send(connection, deadline)
                .thenApply(entries -> page(entries, limit));
    }

    private Newest page(byte[] list, Optional<String> after, int limit) {
        checkLimit(limit);
        return new Newest(list, after.map(Entry::at), limit, where);
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > LONGEST_PAGE) {
            throw new IllegalArgumentException("The limit is " + limit + "; give 1 to " + LONGEST_PAGE);
        }
    }

    private static FollowPage page(List<Entry> entries, int limit) {
        List<Follow> follows = entries.stream()
                .map(entry -> new Follow(entry.member(), Instant.EPOCH.plus(entry.score(), ChronoUnit.MICROS)))
                .toList();
        return new FollowPage(
                follows,
                entries.size() < limit
                        ? Optional.empty()
                        : Optional.of(entries.get(limit - 1).cursor()));
    }

    /**
     * Those whom the user follows and who follow back: a page of {@link #following(String, int)} without the others, so it may have fewer
     * than asked for, or none, and yet there is a next one. ZRANGE and ZMSCORE.
     */
    public FollowPage mutual(String user, Optional<String> after, int limit) {
        return Waiting.join(mutualAsync(user, after, limit), where);
    }

    public CompletionStage<FollowPage> mutualAsync(String user, Optional<String> after, int limit) {
        return followingAsync(user, after, limit)
                .thenCompose(page -> overlaps.among(
                                keys.followers(user),
                                page.follows().stream().map(Follow::user).toList())
                        .thenApply(both -> new FollowPage(
                                page.follows().stream()
                                        .filter(follow -> both.contains(follow.user()))
                                        .toList(),
                                page.next())));
    }

    // --- what lists share

    /**
     * Whom both follow. The shorter list is read 500 at a time, 10,000 at most, and the other asked: 2 round trips, and 2 for each 500.
     *
     * @param limit how many at most, 1 to 1,000
     */
    public Common commonFollowing(String one, String other, int limit) {
        return Waiting.join(commonFollowingAsync(one, other, limit), where);
    }

    public CompletionStage<Common> commonFollowingAsync(String one, String other, int limit) {
        return common(keys::following, one, other, limit);
    }

    /** Who follows both; as {@link #commonFollowing}. */
    public Common commonFollowers(String one, String other, int limit) {
        return Waiting.join(commonFollowersAsync(one, other, limit), where);
    }

    public CompletionStage<Common> commonFollowersAsync(String one, String other, int limit) {
        return common(keys::followers, one, other, limit);
    }

    private CompletionStage<Common> common(Function<String, byte[]> list, String one, String other, int limit) {
        checkLimit(limit);
        return overlaps.common(list.apply(one), list.apply(other), limit);
    }

    /**
     * Whom those follow that the user follows, by how many of them; without whom the user follows already. The newest 100 that the user
     * follows are asked for the newest 100 each, so 10,000 are counted at most: 3 round trips, some 100 commands. Not for every page.
     *
     * @param limit how many at most, 1 to 1,000
     */
    public List<Suggestion> suggestions(String user, int limit) {
        return Waiting.join(suggestionsAsync(user, limit), where);
    }

    public CompletionStage<List<Suggestion>> suggestionsAsync(String user, int limit) {
        checkLimit(limit);
        return overlaps.suggestions(keys, user, limit);
    }

    // --- repair

    /**
     * Tells the other side of every relation that is marked, in all parts. It is safe at any time, in any number of processes.
     *
     * @return how many were told
     * @throws dev.keywright.KeywrightException.Unavailable when some could not be told; all others were
     */
    public long repair() {
        return Waiting.join(repairAsync(), where);
    }

    public CompletionStage<Long> repairAsync() {
        return repair(0, FollowKeys.PARTS);
    }

    private CompletionStage<Long> repair(int first, int parts) {
        List<CompletionStage<Long>> each = IntStream.range(first, first + parts)
                .mapToObj(part -> telling.repair(part % FollowKeys.PARTS))
                .toList();
        return Waiting.all(each)
                .thenApply(counts -> counts.stream().mapToLong(Long::longValue).sum());
    }

    /** So that a process that died is made up for even where nobody repairs. One round at a time: with a server away it may take long. */
    private void repairNowAndThen() {
        long now = System.nanoTime();
        if (now - repaired.get() > REPAIRED_EVERY && repairing.compareAndSet(false, true)) {
            repaired.set(now);
            int first = Math.floorMod(nextPart.getAndAdd(PARTS_AT_ONCE), FollowKeys.PARTS);
            CompletionStage<Long> unused =
                    repair(first, PARTS_AT_ONCE).whenComplete((told, failure) -> repairing.set(false));
        }
    }

    /**
     * Compares both sides of all relations that the lists of a user name and mends those that differ, by the truth; for after a failover
     * that lost writes. What only the other user's list still names is found by reconciling that one. 2 round trips for each 100 relations.
     * It is safe at any time.
     *
     * @return how many differed
     */
    public long reconcile(String user) {
        return Waiting.join(reconcileAsync(user), where);
    }

    public CompletionStage<Long> reconcileAsync(String user) {
        return telling.reconcile(user);
    }

    @Override
    public String toString() {
        return where;
    }
}
