package dev.keywright.flag;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Needs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Feature flags that all processes share which use the same name, and that each evaluates by itself.
 *
 * <pre>{@code
 * FeatureFlags flags = kw.flags("shop");
 * if (flags.isOn("new-checkout", user)) { ... }
 *
 * flags.change("new-checkout", flag -> flag.withPercent(20), "ann", "no errors at 10 %");
 * flags.change("new-checkout", Flag::kill, "bob", "payments fail");
 * }</pre>
 *
 * <ul>
 *   <li>Questions: answered from memory, no command, no lock, no garbage. Users are numbers from 0 on or any text; a number is the same
 *       user as its decimal digits.
 *   <li>Rollout: a user has a bucket of 100,000 for each flag, made from the {@linkplain Flag#salt() salt} and the user alone: the same in
 *       every process and release. A share that grows keeps those it had.
 *   <li>Changes: the server tells every process, which reads what changed: milliseconds. A process that was cut off without a word is
 *       behind until that is noticed, a timeout and a quarter at most; see {@link #state()}.
 *   <li>Redis away: the last known values count. Before anything was known, {@link FlagOptions#fallbacks()}. The same when all flags are gone, as
 *       after FLUSHALL: what a process knows it keeps.
 *   <li>Commands of a change: one EVALSHA, which compares the version, stores and writes down the change in one step. It then waits until
 *       this process knows it, one HGETALL.
 *   <li>Keys: no expiry; one hash slot. Threads: any number; one thread of its own.
 * </ul>
 */
public final class FeatureFlags implements AutoCloseable {

    /** What it runs; the flags must neither be evicted nor lost. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "HGET",
                            "HGETALL",
                            "HLEN",
                            "HINCRBY",
                            "HSET",
                            "HDEL",
                            "XADD",
                            "XLEN",
                            "XREVRANGE",
                            "TYPE",
                            "SADD",
                            "SREM",
                            "SCARD",
                            "SISMEMBER",
                            "SMEMBERS",
                            "SSCAN",
                            "EXISTS",
                            "SETBIT",
                            "BITFIELD",
                            "BITCOUNT",
                            "GET",
                            "UNLINK",
                            "CLIENT TRACKING",
                            "ROLE"),
                    List.of("flag:*"))
            .thatAreDurable();

    private final String name;
    private final FlagOptions options;
    private final FlagKeys keys;
    private final Mirror mirror;
    private final Writes writes;

    /** Users call {@code Keywright.flags}. */
    public FeatureFlags(Connection connection, String name, FlagOptions options) {
        this(() -> connection, false, name, options);
        mirror.start(options.deadline().orElse(connection.options().timeout()));
    }

    private FeatureFlags(Supplier<Connection> source, boolean owner, String name, FlagOptions options) {
        this.name = name;
        this.options = options;
        this.keys = new FlagKeys(name);
        this.mirror = new Mirror(source, owner, keys, options.deadline());
        this.writes = new Writes(keys, mirror, options.auditEntries());
    }

    /**
     * Opens flags over a connection of their own, also where no server answers yet: then the {@linkplain FlagOptions#fallbacks() fallbacks}
     * count until one does. Waits for the first answer, not longer than a command may take.
     *
     * @param uri as {@link Connection} describes it
     * @throws KeywrightException.Misused when the server refuses the user, or does not let it do what flags need
     */
    public static FeatureFlags opening(String uri, ConnectionOptions connection, String name, FlagOptions options) {
        FeatureFlags flags = new FeatureFlags(() -> Connection.open(uri, connection), true, name, options);
        flags.mirror.start(options.deadline().orElse(connection.timeout()));
        return flags;
    }

    public String name() {
        return name;
    }

    // --- questions

    /** Whether the flag is on for that user, as far as this process knows. */
    public boolean isOn(String flag, String user) {
        return verdict(flag, user).isOn();
    }

    /** As {@link #isOn(String, String)}, for a user that is a number. */
    public boolean isOn(String flag, long user) {
        return verdict(flag, user).isOn();
    }

    /** What the flag is for that user, and which rule says so. */
    public Verdict verdict(String flag, String user) {
        Rules rules = mirror.known().rules.get(flag);
        if (rules == null) {
            return fallback(flag);
        }
        long number = Users.number(user);
        return number < 0 ? rules.verdict(Buckets.digest(user), user) : rules.verdict(number, null);
    }

    /** As {@link #verdict(String, String)}, for a user that is a number. */
    public Verdict verdict(String flag, long user) {
        if (user < 0) {
            return verdict(flag, Long.toString(user));
        }
        Rules rules = mirror.known().rules.get(flag);
        return rules == null ? fallback(flag) : rules.verdict(user, null);
    }

    private Verdict fallback(String flag) {
        return options.fallbacks().getOrDefault(flag, false) ? Verdict.FALLBACK_ON : Verdict.FALLBACK_OFF;
    }

    /** The variant that user gets; empty when the flag is off for it or has none. */
    public Optional<String> variant(String flag, String user) {
        Rules rules = mirror.known().rules.get(flag);
        long number = Users.number(user);
        return number < 0 ? variant(rules, Buckets.digest(user), user) : variant(rules, number, null);
    }

    /** As {@link #variant(String, String)}, for a user that is a number. */
    public Optional<String> variant(String flag, long user) {
        return user < 0
                ? variant(flag, Long.toString(user))
                : variant(mirror.known().rules.get(flag), user, null);
    }

    private static Optional<String> variant(@Nullable Rules rules, long number, @Nullable String user) {
        return rules == null || !rules.verdict(number, user).isOn()
                ? Optional.empty()
                : Optional.ofNullable(rules.variant(number));
    }

    /** The flags this process knows, by their ids. */
    public Map<String, Flag> all() {
        Map<String, Flag> all = new TreeMap<>();
        mirror.known().rules.forEach((id, rules) -> all.put(id, rules.flag));
        return all;
    }

    /** How well this process knows the flags. */
    public FlagsState state() {
        Known known = mirror.known();
        int pages = known.groups.values().stream().mapToInt(Members::pages).sum();
        return new FlagsState(mirror.live(), mirror.age(), known.rules.size(), known.unreadable, pages);
    }

    // --- changes of flags

    /**
     * What is stored now, to be changed and given to {@link #change(Flag, String, String)}: one HGET.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public Optional<Flag> read(String flag) {
        return writes.read(flag);
    }

    /** As {@link #read}, without blocking. */
    public CompletionStage<Optional<Flag>> readAsync(String flag) {
        return writes.readAsync(flag);
    }

    /**
     * Stores a flag if nobody changed it since it was read, and writes that down. A lost answer is asked for again, and nothing is done
     * twice.
     *
     * @param flag with the version that was read; {@link Flag#off} for one that is new
     * @param by who changes it, 1 to 1,000 letters
     * @param why 1 to 1,000 letters
     * @throws KeywrightException.Misused when there are 10,000 flags
     * @throws KeywrightException.Unavailable when Redis did not answer; says whether it may have been stored
     */
    public Outcome change(Flag flag, String by, String why) {
        return writes.change(flag, flag.written(), writes.note("flag " + flag.id(), by, why));
    }

    /** As {@link #change(Flag, String, String)}, without blocking. */
    public CompletionStage<Outcome> changeAsync(Flag flag, String by, String why) {
        return writes.changeAsync(flag, flag.written(), writes.note("flag " + flag.id(), by, why));
    }

    /**
     * Changes a flag, whatever it is now: reads it, and stores what the function makes of it, again when somebody else was faster. For what
     * does not depend on what others decided meanwhile, such as {@code Flag::kill}.
     *
     * @param change gets the flag as it is stored, or {@link Flag#off} when it is not; may be called several times
     * @return what is stored now; nothing is stored or written down when the function changes nothing
     * @throws KeywrightException.Unavailable when Redis did not answer, or others were faster 100 times
     */
    public Flag change(String flag, UnaryOperator<Flag> change, String by, String why) {
        return writes.change(flag, change, writes.note("flag " + flag, by, why));
    }

    /** As {@link #change(String, UnaryOperator, String, String)}, without blocking; the function runs on the callbacks executor. */
    public CompletionStage<Flag> changeAsync(String flag, UnaryOperator<Flag> change, String by, String why) {
        return writes.changeAsync(flag, change, writes.note("flag " + flag, by, why));
    }

    /**
     * Removes a flag and then its overrides; from then on its fallback counts. When it fails it may be asked for again.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer, or others changed it 100 times meanwhile
     */
    public void remove(String flag, String by, String why) {
        writes.remove(flag, writes.note("flag " + flag, by, why));
        for (boolean on : new boolean[] {true, false}) {
            Group overrides = overrides(flag, on);
            overrides.remove(overrides.users(), by, why);
        }
    }

    /** As {@link #remove}, without blocking. */
    public CompletionStage<@Nullable Void> removeAsync(String flag, String by, String why) {
        Group on = overrides(flag, true);
        Group off = overrides(flag, false);
        return writes.removeAsync(flag, writes.note("flag " + flag, by, why))
                .thenCompose(removed -> on.removeAsync(on.users(), by, why))
                .thenCompose(removed -> off.removeAsync(off.users(), by, why))
                .thenApply(removed -> null);
    }

    // --- users

    /**
     * Turns a flag on or off for one user, whatever its segments and percentage say. Two EVALSHA; when only one is done, off counts.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; it may be asked for again
     */
    public void override(String flag, String user, boolean on, String by, String why) {
        overrides(flag, on).add(List.of(user), by, why);
        overrides(flag, !on).remove(List.of(user), by, why);
    }

    /** As {@link #override}, without blocking. */
    public CompletionStage<@Nullable Void> overrideAsync(String flag, String user, boolean on, String by, String why) {
        return overrides(flag, on)
                .addAsync(List.of(user), by, why)
                .thenCompose(added -> overrides(flag, !on).removeAsync(List.of(user), by, why))
                .thenApply(removed -> null);
    }

    /** Lets segments and percentage count again for one user. */
    public void clearOverride(String flag, String user, String by, String why) {
        overrides(flag, true).remove(List.of(user), by, why);
        overrides(flag, false).remove(List.of(user), by, why);
    }

    /** As {@link #clearOverride}, without blocking. */
    public CompletionStage<@Nullable Void> clearOverrideAsync(String flag, String user, String by, String why) {
        return overrides(flag, true)
                .removeAsync(List.of(user), by, why)
                .thenCompose(removed -> overrides(flag, false).removeAsync(List.of(user), by, why))
                .thenApply(removed -> null);
    }

    /** The users for whom a flag is turned on or off, to look at, or to change many at once. */
    public Group overrides(String flag, boolean on) {
        Names.checked(flag, "flag");
        return new Group(
                mirror,
                writes,
                on ? FlagKeys.on(flag) : FlagKeys.off(flag),
                "override " + flag + (on ? " on" : " off"));
    }

    /** The users of that name's group. */
    public Group group(String group) {
        return new Group(mirror, writes, Names.checked(group, "group"), "group " + group);
    }

    // --- what was changed

    /**
     * The last changes, newest first; see {@link FlagOptions#auditEntries()}. One XREVRANGE for 500 entries.
     *
     * @param most 1 to 10,000
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public List<AuditEntry> history(int most) {
        return new Audit(keys, mirror, Optional.empty(), most).read();
    }

    /** The last changes of one flag and its overrides, newest first; looks through all entries until there are enough. */
    public List<AuditEntry> history(String flag, int most) {
        return new Audit(keys, mirror, Optional.of(flag), most).read();
    }

    /** As {@link #history(int)}, without blocking. */
    public CompletionStage<List<AuditEntry>> historyAsync(int most) {
        return new Audit(keys, mirror, Optional.empty(), most).readAsync();
    }

    /** As {@link #history(String, int)}, without blocking. */
    public CompletionStage<List<AuditEntry>> historyAsync(String flag, int most) {
        return new Audit(keys, mirror, Optional.of(flag), most).readAsync();
    }

    /** Ends the listening; questions are answered from what was known last. */
    @Override
    public void close() {
        mirror.close();
    }

    public boolean isClosed() {
        return mirror.isClosed();
    }

    @Override
    public String toString() {
        return keys.toString();
    }
}
