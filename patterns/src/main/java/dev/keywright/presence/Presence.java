package dev.keywright.presence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.presence.PresenceKeys.Kind;
import dev.keywright.script.Script;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Users that are online, with one device or several, in all processes that use the same name.
 *
 * <pre>{@code
 * Presence room = kw.presence("room");
 * try (OnlineSession session = room.online("anna", "phone")) {
 *     serve(connection);
 * }
 * long online = room.count();
 * }</pre>
 *
 * <ul>
 *   <li>Promise: a user is online from its first device to its last. A device whose process died is offline when its TTL is over, by the
 *       server's clock, for all who ask; nothing has to run for that, and no keyspace notifications are needed.
 *   <li>Events: each transition of a user is written to a stream once, by the script that makes it. {@link #events} reads them by a cursor,
 *       in order, none twice and none left out until {@link PresenceOptions#events()} more have come. That a user is over is written when
 *       somebody reads events or sends heartbeats.
 *   <li>Commands: online and leave are 1 EVALSHA each; heartbeats of 20 devices are 1 EVALSHA, each third of the TTL. Reads are 1 script of
 *       O(log N) each, on each partition.
 *   <li>Failure: heartbeats that fail are sent again, and a device that the server lost comes back with the next one. A failover can lose
 *       the last transitions with their events: who left may be online again for a TTL at most.
 *   <li>Clock: the server's. When a failover leads to a server whose clock is behind, who died is online longer by that.
 *   <li>Threads: any number; heartbeats have a daemon thread of their own, while there are sessions. {@link #close()} ends all of them;
 *       where only the connection is closed the thread ends too, and the devices are offline when their TTL is over.
 * </ul>
 *
 * All forms throw {@link KeywrightException.Unavailable} when Redis does not answer in time, and {@link KeywrightException.Misused} when there
 * is a key of another type.
 */
public final class Presence implements AutoCloseable {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "EVALSHA_RO",
                            "EVAL_RO",
                            "TIME",
                            "HMGET",
                            "HGET",
                            "HLEN",
                            "HSET",
                            "HDEL",
                            "ZADD",
                            "ZREM",
                            "ZRANGE",
                            "ZCOUNT",
                            "ZMSCORE",
                            "XADD",
                            "XLEN",
                            "XRANGE",
                            "XREVRANGE",
                            "PEXPIRE"),
                    List.of("presence:*"))
            .thatLast();

    private static final int MOST = 1_000;

    private final Connection connection;
    private final String name;
    private final List<PresenceKeys> parts;
    private final Heartbeats heartbeats;
    private final Gathering gathering;
    private final AtomicLong owners;
    private final String process;
    final PresenceOptions options;
    final Words words;
    final Duration deadline;

    /** Users call {@code Keywright.presence}. */
    public Presence(Connection connection, String name, PresenceOptions options) {
        this.connection = connection;
        this.name = name;
        this.options = options;
        this.words = new Words(options.charset());
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.parts = IntStream.range(0, options.partitions())
                .mapToObj(part -> PresenceKeys.of(name, part, options))
                .toList();
        this.gathering = new Gathering(connection, deadline, toString());
        this.heartbeats = new Heartbeats(this, connection);
        this.owners = new AtomicLong();
        this.process = Long.toUnsignedString(new SecureRandom().nextLong(), Character.MAX_RADIX) + 'x';
    }

    public String name() {
        return name;
    }

    PresenceKeys keys(int part) {
        return parts.get(part);
    }

    int partition(byte[] user) {
        return Math.floorMod(Arrays.hashCode(user) * 0x9E3779B1 >>> 8, parts.size());
    }

    private OnlineSession session(String user, String device) {
        String owner = process + Long.toString(owners.incrementAndGet(), Character.MAX_RADIX);
        return new OnlineSession(this, user, device, owner.getBytes(US_ASCII));
    }

    private Script.Invocation beat(Kind kind, OnlineSession session) {
        return keys(session.partition).beat(kind, List.of(session));
    }

    /**
     * Brings a device of a user online, and keeps it so until the session is closed. The same device of another session is taken over.
     * Without an answer it may be online for a TTL.
     *
     * @param user any text but empty
     * @param device any text but empty; such as an id of the connection
     * @throws KeywrightException.Misused when the user has too many devices
     */
    public OnlineSession online(String user, String device) {
        OnlineSession session = session(user, device);
        long since = System.nanoTime();
        return begun(session, beat(Kind.COME, session).call(connection, deadline), since);
    }

    /** As {@link #online}, without blocking. */
    public CompletionStage<OnlineSession> onlineAsync(String user, String device) {
        OnlineSession session = session(user, device);
        long since = System.nanoTime();
        return beat(Kind.COME, session).send(connection, deadline).thenApply(reply -> begun(session, reply, since));
    }

    private OnlineSession begun(OnlineSession session, Reply reply, long since) {
        if (Answers.refused(reply.orThrow(toString())).getOrDefault(0, Answers.DONE) == Answers.TOO_MANY) {
            throw new KeywrightException.Misused(
                    "The user has " + options.devices() + " devices online and may not have more (" + this
                            + "). Close one, or raise the options' devices.");
        }
        session.answered(since);
        heartbeats.begin(session);
        return session;
    }

    void forget(OnlineSession session) {
        heartbeats.end(session);
    }

    void leave(OnlineSession session) {
        Reply unused = beat(Kind.LEAVE, session).call(connection, deadline).orThrow(toString());
    }

    CompletionStage<Void> leaveLater(OnlineSession session) {
        return beat(Kind.LEAVE, session).send(connection, deadline).thenAccept(reply -> {
            Reply unused = reply.orThrow(toString());
        });
    }

    /** How many users are online. With several partitions each is asked at its own moment. */
    public long count() {
        return sum(gathering.call(counts()));
    }

    public CompletionStage<Long> countAsync() {
        return gathering.send(counts()).thenApply(Presence::sum);
    }

    private List<Script.Invocation> counts() {
        return parts.stream().map(PresenceKeys::count).toList();
    }

    private static long sum(List<Reply> replies) {
        return replies.stream().mapToLong(Reply::number).sum();
    }

    /** Whether a user is online. */
    public boolean isOnline(String user) {
        return lastSeen(user).online();
    }

    public CompletionStage<Boolean> isOnlineAsync(String user) {
        return lastSeenAsync(user).thenApply(LastSeen::online);
    }

    /** Whether a user is online, and when it went offline otherwise. */
    public LastSeen lastSeen(String user) {
        return Roll.first(gathering.call(Roll.of(this, List.of(user)).scripts()));
    }

    public CompletionStage<LastSeen> lastSeenAsync(String user) {
        return gathering.send(Roll.of(this, List.of(user)).scripts()).thenApply(Roll::first);
    }

    /**
     * As {@link #lastSeen(String)}, of many users, such as friends.
     *
     * @param users 1,000 at most
     */
    public Map<String, LastSeen> lastSeen(Collection<String> users) {
        Roll roll = Roll.of(this, users);
        return roll.scripts().isEmpty() ? Map.of() : roll.read(gathering.call(roll.scripts()));
    }

    public CompletionStage<Map<String, LastSeen>> lastSeenAsync(Collection<String> users) {
        Roll roll = Roll.of(this, users);
        return gathering.send(roll.scripts()).thenApply(roll::read);
    }

    /** The devices with which a user is online. */
    public List<String> devices(String user) {
        return texts(gathering.call(List.of(devicesOf(user))), options.devices());
    }

    public CompletionStage<List<String>> devicesAsync(String user) {
        return gathering.send(List.of(devicesOf(user))).thenApply(replies -> texts(replies, options.devices()));
    }

    private Script.Invocation devicesOf(String user) {
        byte[] written = words.written("user", user);
        return keys(partition(written)).devices(written);
    }

    /**
     * Some users that are online.
     *
     * @param most 1 to 1,000
     */
    public List<String> users(int most) {
        return texts(gathering.call(some(most)), most);
    }

    public CompletionStage<List<String>> usersAsync(int most) {
        return gathering.send(some(most)).thenApply(replies -> texts(replies, most));
    }

    private List<Script.Invocation> some(int most) {
        checkMost(most);
        return parts.stream().map(part -> part.users(most)).toList();
    }

    private static void checkMost(int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("most is " + most + "; give 1 to " + MOST);
        }
    }

    private List<String> texts(List<Reply> replies, int most) {
        return replies.stream()
                .flatMap(reply -> reply.items().stream())
                .limit(most)
                .map(item -> words.read(item.bytes()))
                .toList();
    }

    /** Where the events end now, to read those that come; who is over already may come after it. When there are none it is
     * the beginning, and then dropped events are not reported. */
    public String latest() {
        return Cursor.latest(
                gathering.ask(parts.stream().map(PresenceKeys::lastEvent).toList()));
    }

    public CompletionStage<String> latestAsync() {
        return gathering
                .askLater(parts.stream().map(PresenceKeys::lastEvent).toList())
                .thenApply(Cursor::latest);
    }

    /**
     * The events after a cursor, at once, also when there are none. Before that, users that are over go offline: 25 in each partition at
     * most. 1 EVALSHA, 1 XREVRANGE and 1 XRANGE on each partition, one after the other.
     *
     * @param cursor from {@link #latest()} or {@link PresenceEvents#next()}; empty for the oldest one that is kept
     * @param most in each partition, 1 to 1,000
     */
    public PresenceEvents events(String cursor, int most) {
        EventReading reading = reading(cursor, most);
        List<Reply> sweeps = gathering.call(sweeps());
        return reading.read(sweeps, gathering.ask(reading.commands(parts)));
    }

    public CompletionStage<PresenceEvents> eventsAsync(String cursor, int most) {
        EventReading reading = reading(cursor, most);
        return gathering
                .send(sweeps())
                .thenCompose(sweeps -> gathering
                        .askLater(reading.commands(parts))
                        .thenApply(answers -> reading.read(sweeps, answers)));
    }

    private EventReading reading(String cursor, int most) {
        checkMost(most);
        return new EventReading(Cursor.parse(cursor, parts.size()), most, words);
    }

    private List<Script.Invocation> sweeps() {
        return parts.stream().map(part -> part.beat(Kind.STAY, List.of())).toList();
    }

    /** Sends all heartbeats now. */
    void beat() {
        heartbeats.round();
    }

    /** Whether there are heartbeats to come. */
    boolean isBeating() {
        return heartbeats.isRunning();
    }

    /** Takes all devices of this object offline, 20 in each EVALSHA; when Redis is away they are so when their TTL is over. */
    @Override
    public void close() {
        heartbeats.endAll();
    }

    @Override
    public String toString() {
        String shown = name.length() > 60 ? name.substring(0, 60) + "..." : name;
        return "presence " + shown.replaceAll("\\p{Cntrl}", "?");
    }
}
