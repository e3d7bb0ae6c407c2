package dev.keywright.geo;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Stem;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Members by position: which are in a circle or a box, nearest first; of places that stay, or of things that move and report.
 *
 * <pre>{@code
 * GeoIndex cars = kw.geo("cars", GeoOptions.DEFAULTS.withTtl(Duration.ofMinutes(1)));
 * cars.put("car 7", new Position(13.4050, 52.5200));
 * List<Found> near = cars.near(new Position(13.41, 52.52), Area.circle(Distance.ofKilometres(2)), 10);
 * }</pre>
 *
 * <ul>
 *   <li>Promise: with a TTL no answer has a position that was not put for so long, by the server's clock, whether it was swept or not; and
 *       those that are left out for it do not displace others.
 *   <li>Commands: 1 round trip each. Without a TTL GEOADD, ZREM, GEOPOS, GEOSEARCH and ZCARD; with one 1 EVALSHA. A search that more
 *       than 1,000 positions that are over are in the way of drops all of them, 100 in each EVALSHA, and asks again.
 *   <li>Complexity: a search is O(N + log M) for N members in and around the area, however few are asked for; so small areas are fast.
 *   <li>Exactness: positions are stored with 52 bits, up to 0.6 m away; distances are on a sphere, wrong by 0.6 % at most.
 *   <li>Failure: every operation may be sent twice. What was put last counts, whenever it was measured.
 *   <li>Clock: the server's. Threads: any number.
 * </ul>
 *
 * All forms throw {@link KeywrightException.Unavailable} when Redis does not answer in time, {@link KeywrightException.Misused} when there is a
 * key of another type, and {@code IllegalArgumentException} for an argument that is out of its range.
 */
public final class GeoIndex {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "EVALSHA_RO",
                            "EVAL_RO",
                            "TIME",
                            "GEOADD",
                            "GEOPOS",
                            "GEOSEARCH",
                            "ZADD",
                            "ZREM",
                            "ZCARD",
                            "ZCOUNT",
                            "ZRANGE",
                            "ZSCORE",
                            "ZMSCORE",
                            "PEXPIRE"),
                    List.of("geo:*"))
            .thatLast();

    private static final int MOST = 1_000;
    private static final int MOST_PUT = 500;
    private static final int MOST_MOVED = 50; // in a script, so that it is short

    private final Connection connection;
    private final Stem stem;
    private final GeoKeys keys;
    private final Optional<Duration> ttl;
    private final GeoAnswers answers;
    private final Duration deadline;

    /** Users call {@code Keywright.geo}. */
    public GeoIndex(Connection connection, String name, GeoOptions options) {
        this.connection = connection;
        this.stem = new Stem(options.ttl().isPresent() ? "geo:moving" : "geo", "geo index", name);
        this.keys = new GeoKeys(stem);
        this.ttl = options.ttl();
        this.answers = new GeoAnswers(options.charset());
        this.deadline = options.deadline().orElse(connection.options().timeout());
    }

    public String name() {
        return stem.name();
    }

    /** Puts a member where it is now. */
    public void put(String member, Position position) {
        putAll(Map.of(member, position));
    }

    public CompletionStage<Void> putAsync(String member, Position position) {
        return putAllAsync(Map.of(member, position));
    }

    /**
     * Puts many members, all at one moment.
     *
     * @param positions 500 at most, 50 with a TTL
     */
    public void putAll(Map<String, Position> positions) {
        if (!positions.isEmpty()) {
            Reply unused = call(putting(positions));
        }
    }

    public CompletionStage<Void> putAllAsync(Map<String, Position> positions) {
        return positions.isEmpty()
                ? CompletableFuture.completedStage(null)
                : send(putting(positions)).thenAccept(reply -> {});
    }

    private Ask putting(Map<String, Position> positions) {
        checkMany(positions.size(), moves() ? MOST_MOVED : MOST_PUT);
        byte[][] places = new byte[positions.size() * 3][];
        int at = 0;
        for (Map.Entry<String, Position> each : positions.entrySet()) {
            Position stored = each.getValue().offTheEdge();
            places[at++] = GeoKeys.degrees(stored.longitude());
            places[at++] = GeoKeys.degrees(stored.latitude());
            places[at++] = answers.written(each.getKey());
        }
        return ttl.<Ask>map(time -> new Ask.Scripted(keys.put(time, places)))
                .orElseGet(() -> new Ask.Plain(keys.add(places)));
    }

    /** Removes a member; whether it was there. After a lost answer it may be asked twice, and then not be there. */
    public boolean remove(String member) {
        return removeAll(List.of(member)) > 0;
    }

    public CompletionStage<Boolean> removeAsync(String member) {
        return removeAllAsync(List.of(member)).thenApply(removed -> removed > 0);
    }

    /**
     * Removes many members, all at one moment; how many were there.
     *
     * @param members 1,000 at most
     */
    public long removeAll(Collection<String> members) {
        return members.isEmpty() ? 0 : call(removing(members)).number();
    }

    public CompletionStage<Long> removeAllAsync(Collection<String> members) {
        return members.isEmpty()
                ? CompletableFuture.completedStage(0L)
                : send(removing(members)).thenApply(Reply::number);
    }

    private Ask removing(Collection<String> members) {
        byte[][] written = written(members);
        return moves() ? new Ask.Scripted(keys.remove(written)) : new Ask.Plain(keys.members("ZREM", written));
    }

    /** Where a member is. */
    public Optional<Position> position(String member) {
        return Optional.ofNullable(positions(List.of(member)).get(member));
    }

    public CompletionStage<Optional<Position>> positionAsync(String member) {
        return positionsAsync(List.of(member)).thenApply(found -> Optional.ofNullable(found.get(member)));
    }

    /**
     * Where members are, at one moment; those that are not there are left out.
     *
     * @param members 1,000 at most
     */
    public Map<String, Position> positions(Collection<String> members) {
        List<String> asked = List.copyOf(members);
        return asked.isEmpty() ? Map.of() : answers.positions(asked, call(locating(asked)));
    }

    public CompletionStage<Map<String, Position>> positionsAsync(Collection<String> members) {
        List<String> asked = List.copyOf(members);
        return asked.isEmpty()
                ? CompletableFuture.completedStage(Map.of())
                : send(locating(asked)).thenApply(reply -> answers.positions(asked, reply));
    }

    private Ask locating(List<String> members) {
        byte[][] written = written(members);
        return moves() ? new Ask.Scripted(keys.positions(written)) : new Ask.Plain(keys.members("GEOPOS", written));
    }

    /** How far two members are from each other; empty when one is not there. */
    public Optional<Distance> distance(String one, String other) {
        return between(positions(List.of(one, other)), one, other);
    }

    public CompletionStage<Optional<Distance>> distanceAsync(String one, String other) {
        return positionsAsync(List.of(one, other)).thenApply(found -> between(found, one, other));
    }

    private static Optional<Distance> between(Map<String, Position> found, String one, String other) {
        Position from = found.get(one);
        Position to = found.get(other);
        return from == null || to == null ? Optional.empty() : Optional.of(from.distanceTo(to));
    }

    /**
     * The members in an area, nearest first.
     *
     * @param centre of the area
     * @param most how many, 1 to 1,000
     */
    public List<Found> near(Position centre, Area area, int most) {
        return search(GeoKeys.Centre.of(centre), area, most);
    }

    public CompletionStage<List<Found>> nearAsync(Position centre, Area area, int most) {
        return searchLater(GeoKeys.Centre.of(centre), area, most);
    }

    /**
     * The members in an area around a member, itself too, nearest first; none when it is not there.
     *
     * @param most how many, 1 to 1,000
     */
    public List<Found> near(String member, Area area, int most) {
        return search(GeoKeys.Centre.of(answers.written(member)), area, most);
    }

    public CompletionStage<List<Found>> nearAsync(String member, Area area, int most) {
        return searchLater(GeoKeys.Centre.of(answers.written(member)), area, most);
    }

    private List<Found> search(GeoKeys.Centre centre, Area area, int most) {
        Ask ask = searching(centre, area, most);
        List<Reply> items = entries(ask.call(connection, deadline));
        while (!isComplete(items)) {
            long swept = sweep();
            items = entries(ask.call(connection, deadline));
            if (swept == 0) {
                break; // what is in the way has no date, and no more can be done
            }
        }
        return read(items);
    }

    private CompletionStage<List<Found>> searchLater(GeoKeys.Centre centre, Area area, int most) {
        return searchLater(searching(centre, area, most), true);
    }

    private CompletionStage<List<Found>> searchLater(Ask ask, boolean again) {
        return ask.send(connection, deadline).thenApply(this::entries).thenCompose(items -> {
            if (!again || isComplete(items)) {
                return CompletableFuture.completedStage(read(items));
            }
            return sweepAsync().thenCompose(swept -> searchLater(ask, swept > 0));
        });
    }

    private Ask searching(GeoKeys.Centre centre, Area area, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("most is " + most + "; give 1 to " + MOST);
        }
        return moves()
                ? new Ask.Scripted(keys.find(centre, area, most))
                : new Ask.Plain(keys.search(centre, area, most));
    }

    /** Redis has an error for a centre that is no member, unless there are no members at all. */
    private List<Reply> entries(Reply reply) {
        return !moves()
                        && reply instanceof Reply.Failure failure
                        && failure.message().contains("requested zset member")
                ? List.of()
                : reply.orThrow(toString()).items();
    }

    private boolean isComplete(List<Reply> items) {
        return !moves() || items.get(0).number() == 1;
    }

    private List<Found> read(List<Reply> items) {
        return answers.found(moves() ? items.subList(1, items.size()) : items);
    }

    /** How many members there are. */
    public long count() {
        return call(counting()).number();
    }

    public CompletionStage<Long> countAsync() {
        return send(counting()).thenApply(Reply::number);
    }

    private Ask counting() {
        return moves() ? new Ask.Scripted(keys.count()) : new Ask.Plain(keys.size());
    }

    /**
     * Frees the memory of positions that are over, 100 in each call. Every {@code put} drops 20 more than it puts, so this is for when
     * most of what moved has ended; the last of it goes with its keys, a TTL after the last {@code put}.
     *
     * @return how many
     */
    public long sweep() {
        long all = 0;
        long some = GeoKeys.SWEPT;
        while (moves() && some == GeoKeys.SWEPT) {
            some = call(new Ask.Scripted(keys.sweep())).number();
            all += some;
        }
        return all;
    }

    public CompletionStage<Long> sweepAsync() {
        return moves()
                ? send(new Ask.Scripted(keys.sweep()))
                        .thenCompose(some -> some.number() == GeoKeys.SWEPT
                                ? sweepAsync().thenApply(more -> some.number() + more)
                                : CompletableFuture.completedStage(some.number()))
                : CompletableFuture.completedStage(0L);
    }

    private boolean moves() {
        return ttl.isPresent();
    }

    private byte[][] written(Collection<String> members) {
        checkMany(members.size(), MOST);
        return members.stream().map(answers::written).toArray(byte[][]::new);
    }

    private static void checkMany(int given, int most) {
        if (given > most) {
            throw new IllegalArgumentException(given + " members are too many for one call; give " + most + " at most");
        }
    }

    private Reply call(Ask ask) {
        return ask.call(connection, deadline).orThrow(toString());
    }

    private CompletionStage<Reply> send(Ask ask) {
        return ask.send(connection, deadline).thenApply(reply -> reply.orThrow(toString()));
    }

    @Override
    public String toString() {
        return stem.toString();
    }
}
