package dev.keywright.unique;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Whether a member was seen before, in a few bits for each: a Bloom filter on plain bitmaps, which forgets with time. A member that was
 * seen is never called new within {@link SeenOptions#memory()}; a new one is called seen at most as often as {@link SeenOptions#rate()}
 * says.
 *
 * <pre>{@code
 * SeenFilter seen = kw.seen("mails", SeenOptions.DEFAULTS.withCapacity(100_000));
 * if (seen.addIfAbsent(mail.id())) { ... } // certainly the first time
 * }</pre>
 *
 * <ul>
 *   <li>Memory: 1.44 x log2(2 / rate) bits for each member of the capacity, twice, as two generations take turns; in bitmaps of a
 *       megabyte at most, reserved when the first member comes. The options are in the name of the keys: with other ones another
 *       filter begins, empty.
 *   <li>Time: the server's clock. A member is remembered from the first time it came, not the last, for the memory at least and twice
 *       that at most. When the clock is set forward, members are forgotten so much earlier.
 *   <li>Commands: {@code addIfAbsent} is 1 EVALSHA, atomic: of any number that ask at once, one is told that it was the first.
 *       {@code mightContain} is two BITFIELD_RO in one flush. 1 round trip each.
 *   <li>Failure: {@code addIfAbsent} is not sent again when its outcome is unknown, as the second answer would be no. Eviction, a
 *       failover or a restart can forget what was seen.
 *   <li>Threads: any number.
 * </ul>
 */
public final class SeenFilter {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "PEXPIRETIME",
                            "STRLEN",
                            "DEL",
                            "BITFIELD",
                            "BITFIELD_RO",
                            "BITCOUNT",
                            "SETBIT",
                            "PEXPIREAT"),
                    List.of("seen:*"))
            .thatLast();

    private static final Script SEE = Script.beside(SeenFilter.class, "see.lua");

    private final Connection connection;
    private final String name;
    private final SeenOptions options;
    private final Duration deadline;
    private final KeySpace keys;
    private final BloomLayout layout;

    /** Users call {@code Keywright.seen}. */
    public SeenFilter(Connection connection, String name, SeenOptions options) {
        this.connection = connection;
        this.name = name;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.keys = KeySpace.of("seen", name);
        this.layout = BloomLayout.of(options);
    }

    /**
     * Marks a member as seen.
     *
     * @return true when it certainly was not seen before, to one caller only; false when it was, or seldom by mistake
     * @throws KeywrightException.Unavailable when Redis did not answer; when it says that the outcome is unknown, the member may be
     *     marked, and whoever must not miss one takes it as new
     * @throws KeywrightException.Misused when there is a key of another type
     */
    public boolean addIfAbsent(String member) {
        return seeing(member).call(connection, deadline).orThrow(where()).number() == 1;
    }

    public CompletionStage<Boolean> addIfAbsentAsync(String member) {
        return seeing(member)
                .send(connection, deadline)
                .thenApply(reply -> reply.orThrow(where()).number() == 1);
    }

    private Script.Invocation seeing(String member) {
        BloomLayout.Place place = layout.place(member);
        List<String> arguments = new ArrayList<>(place.offsets().size() + 2);
        arguments.add(Long.toString(options.memory().toMillis()));
        arguments.add(Integer.toString(layout.bits()));
        arguments.addAll(place.offsets());
        return SEE.with(List.of(key(place.part(), 0), key(place.part(), 1)), arguments);
    }

    /** Whether a member was seen: false is certain, true seldom a mistake. Marks nothing; a replica may answer. */
    public boolean mightContain(String member) {
        return found(connection.batch(looking(member), deadline));
    }

    public CompletionStage<Boolean> mightContainAsync(String member) {
        List<Command> both = looking(member);
        return connection
                .send(both.get(0), deadline)
                .thenCombine(connection.send(both.get(1), deadline), (even, odd) -> found(List.of(even, odd)));
    }

    private List<Command> looking(String member) {
        BloomLayout.Place place = layout.place(member);
        return Stream.of(0, 1)
                .map(generation -> {
                    Command.Builder get = Command.named("BITFIELD_RO").key(key(place.part(), generation));
                    place.offsets()
                            .forEach(
                                    offset -> get.argument("GET").argument("u1").argument(offset));
                    return get.buildReadOnly();
                })
                .toList();
    }

    private boolean found(List<Reply> generations) {
        return generations.stream()
                .map(reply -> reply.orThrow(where()).items())
                .anyMatch(bits -> bits.stream().allMatch(bit -> bit.number() == 1));
    }

    /** How full it is. BITCOUNT of every bitmap, each O(its bytes), some tenths of a millisecond for a megabyte: not for every call. */
    public SeenUsage usage() {
        return usage(connection.batch(counting(), deadline));
    }

    public CompletionStage<SeenUsage> usageAsync() {
        CompletionStage<List<Reply>> replies = CompletableFuture.completedStage(List.of());
        for (Command count : counting()) {
            replies = replies.thenCombine(
                    connection.send(count, deadline),
                    (before, reply) ->
                            Stream.concat(before.stream(), Stream.of(reply)).toList());
        }
        return replies.thenApply(this::usage);
    }

    private List<Command> counting() {
        List<Command> counts = new ArrayList<>();
        for (int generation = 0; generation < 2; generation++) {
            for (int part = 0; part < layout.parts(); part++) {
                counts.add(Command.named("BITCOUNT").key(key(part, generation)).buildReadOnly());
            }
        }
        return counts;
    }

    private SeenUsage usage(List<Reply> counts) {
        double most = 0;
        double right = 1;
        for (int generation = 0; generation < 2; generation++) {
            double members = 0;
            double wrong = 0;
            for (int part = 0; part < layout.parts(); part++) {
                long set = counts.get(generation * layout.parts() + part)
                        .orThrow(where())
                        .number();
                members += layout.members(set);
                wrong += Math.pow(set / (double) layout.bits(), layout.hashes()) / layout.parts();
            }
            most = Math.max(most, members);
            right *= 1 - wrong;
        }
        return new SeenUsage(Math.round(most), options.capacity(), 1 - right, bytes());
    }

    private long bytes() {
        return 2L * layout.parts() * layout.bits() / 8;
    }

    /** What the bits mean is part of the name, so that filters of other options never read each other's. */
    private String key(int part, int generation) {
        return keys.key(
                name + ":" + part, // the name as well: else the first bitmaps of all filters lay in one slot
                layout.parts() + "x" + layout.bits() + "x" + layout.hashes() + "x"
                        + options.memory().toMillis() + ":" + generation);
    }

    private String where() {
        return "seen filter " + name;
    }

    @Override
    public String toString() {
        return where() + ", " + options.capacity() + " members at " + options.rate();
    }
}
