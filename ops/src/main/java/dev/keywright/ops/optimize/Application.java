package dev.keywright.ops.optimize;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Sets a plan's best settings on the servers it was made for, writes the values that they make compact anew, and measures what that
 * saved.
 * <ul>
 *   <li>Settings: one after the other, replicas first, with a look at the servers' answers after each.
 *   <li>Values: one at a time by {@code write-anew.lua}, so that no write is lost; at most so many per second, fewer when answers of
 *       others become slow. Values above 1 MB are left as they are. Replicas follow by replication.
 *   <li>Back: when answers stay slower than allowed, a server dies or refuses, or somebody wants no more, every setting gets its old
 *       value on each server that answers. Values written anew stay as they are until
 *       their next change, which then makes them what the old limits want; nothing is lost.
 *   <li>It may be stopped and run again: what is compact already is passed over.
 *   <li>Commands: CONFIG GET and SET, INFO, SCAN, OBJECT, EVAL, and what the script calls.
 * </ul>
 */
public final class Application {

    /**
     * @param rewriteConfig write the settings into the servers' configuration files, too
     * @param maxLatency when one of ten answers stays longer than this, all is put back
     * @param perSecond values to write at most in a second
     */
    public record Options(boolean rewriteConfig, Duration maxLatency, int perSecond) {

        public static final Options DEFAULTS = new Options(false, Duration.ofMillis(20), 1_000);

        public Options {
            if (perSecond < 1) {
                throw new IllegalArgumentException("a rate of " + perSecond + " is none; give 1 or more");
            }
        }
    }

    /**
     * @param settings that hold now
     * @param rewritten values that were written anew
     * @param tooLarge values that were left as they are, for their size
     * @param usedBefore of data on all primaries
     * @param savedBytes what that was less
     * @param promisedBytes what the plan said
     * @param resumed the settings were there already, so an earlier run may have saved a part
     * @param keysBefore on all primaries
     * @param slowest when answers were slowest, nine of ten came within this time, in milliseconds
     * @param account what used_memory says itself
     * @param rolledBack why the settings were put back; absent when they hold
     */
    public record Result(
            Map<String, String> settings,
            long lookedAt,
            long rewritten,
            long tooLarge,
            long usedBefore,
            long usedAfter,
            long savedBytes,
            long promisedBytes,
            boolean resumed,
            long keysBefore,
            long keysAfter,
            double slowest,
            double seconds,
            Account account,
            Optional<String> rolledBack,
            List<String> notes) {

        /** Whether less than nine tenths of the promise came true, and nothing else explains it. */
        public boolean isShort() {
            return rolledBack.isEmpty() && !resumed && keysBefore == keysAfter && savedBytes < 0.9 * promisedBytes;
        }
    }

    /**
     * What used_memory of all primaries says, and what of the difference is not the values'.
     *
     * @param planned when the plan was made, before its copy was taken; 0 when it was made from a file
     * @param before when this began
     * @param backlogBytes by which replication backlogs grew
     * @param statisticsBytes of commands that a server had not seen before, and of the script
     * @param restBytes by which buffers of clients, cluster and log grew
     */
    public record Account(
            long planned, long before, long after, long backlogBytes, long statisticsBytes, long restBytes) {}

    private final Live live;
    private final Plan plan;
    private final Map<String, String> settings;
    private final Options options;
    private final Pace pace;
    private final BooleanSupplier stopped;
    private final Consumer<String> progress;
    private final Map<Node, Map<String, String>> old = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> notPutBack = new ArrayList<>();
    private final Rewriting.Tally tally = new Rewriting.Tally();
    private Duration slowest = Duration.ZERO;
    private boolean resumed;

    /** What a server's death leaves behind. */
    private String left = "Nothing was changed. Run it again when it answers.";

    private Application(
            Live live,
            Plan plan,
            Plan.Best best,
            Options options,
            Pace pace,
            BooleanSupplier stopped,
            Consumer<String> progress) {
        this.live = live;
        this.plan = plan;
        this.settings = best.settings();
        this.options = options;
        this.pace = pace;
        this.stopped = stopped;
        this.progress = progress;
    }

    /**
     * Does what the plan advises.
     *
     * @param uri of the servers
     * @param stopped is asked now and then whether to put everything back and return; from any thread
     * @param progress is told in a few words what happens
     * @throws OpsException when the plan advises nothing, or the servers do not let it; what was set then is put back
     */
    public static Result run(
            String uri, Plan plan, Options options, BooleanSupplier stopped, Consumer<String> progress) {
        return run(uri, plan, options, Pace.USUAL, stopped, progress);
    }

    static Result run(
            String uri, Plan plan, Options options, Pace pace, BooleanSupplier stopped, Consumer<String> progress) {
        Plan.Best best = plan.best()
                .orElseThrow(() -> new OpsException(
                        "The plan advises no setting, so there is nothing to apply. Make a new plan when the"
                                + " data changed."));
        best.settings().forEach(Application::requireProposable);
        Live live = Live.look(uri);
        Application application = new Application(live, plan, best, options, pace, stopped, progress);
        try {
            return application.run(best);
        } catch (IOException e) {
            throw new OpsException(
                    "A server does not answer any more (" + live.name() + "): " + e.getMessage() + ". "
                            + application.left,
                    e);
        }
    }

    /** A plan is a file that anybody may have written. */
    private static void requireProposable(String directive, String value) {
        if (!Directives.isProposable(directive, value)) {
            throw new OpsException("The plan sets " + directive + " to " + value
                    + ", which no plan of this program does. Nothing was changed. Make a new plan.");
        }
    }

    private Result run(Plan.Best best) throws IOException {
        long begun = System.nanoTime();
        List<Node> nodes = new ArrayList<>(live.replicas());
        nodes.addAll(live.primaries());
        for (Node node : nodes) {
            old.put(node, allowed(node));
        }
        Standing before = Standing.of(live, pace);
        Optional<String> rolledBack = Optional.empty();
        try {
            set(nodes);
            for (Node node : live.primaries()) {
                rewrite(node);
            }
        } catch (Guard.Halt e) {
            rolledBack = Optional.of(String.valueOf(e.getMessage()));
            putBack();
        } catch (Wire.Refused e) {
            putBack();
            throw refused(e);
        } catch (IOException e) {
            putBack();
            left = undone() + "Run it again when the servers agree on who is primary.";
            throw e;
        }
        if (rolledBack.isEmpty()) {
            left = "The settings hold and " + tally.rewritten() + " values were written anew; what that saved is not"
                    + " known.";
            keep(nodes);
        }
        Standing after = Standing.of(live, pace);
        if (after.keys() != before.keys()) {
            notes.add("Others wrote meanwhile: there were " + before.keys() + " keys before and " + after.keys()
                    + " after, so the saving is not the settings' alone.");
        }
        if (tally.elsewhere() > 0) {
            notes.add(tally.elsewhere() + " values were passed over, for their slots moved or their server became a"
                    + " replica. Run it again to reach them.");
        }
        if (tally.touched() > 0) {
            notes.add(tally.touched() + " values were looked into and do not fit, which counts as an access to them:"
                    + " their idle time is 0, or their frequency larger.");
        }
        return new Result(
                rolledBack.isEmpty() ? settings : Map.of(),
                tally.lookedAt(),
                tally.rewritten(),
                tally.tooLarge(),
                before.dataBytes(),
                after.dataBytes(),
                before.dataBytes() - after.dataBytes(),
                best.savedBytes(),
                resumed,
                before.keys(),
                after.keys(),
                slowest.toNanos() / 1e6,
                (System.nanoTime() - begun) / 1e9,
                account(before, after),
                rolledBack,
                List.copyOf(notes));
    }

    private Account account(Standing before, Standing after) {
        long values = after.dataBytes() - before.dataBytes();
        long statistics = after.statisticsBytes() - before.statisticsBytes();
        long backlog = after.backlogBytes() - before.backlogBytes();
        return new Account(
                plan.base().sourceUsedMemory(),
                before.usedMemory(),
                after.usedMemory(),
                backlog,
                statistics,
                after.usedMemory() - before.usedMemory() - values - statistics - backlog);
    }

    private OpsException refused(Wire.Refused e) {
        String message = String.valueOf(e.getMessage());
        String remedy = switch (message.split(" ", 2)[0]) {
            case "READONLY", "MASTERDOWN" ->
                "It is a replica now; run it again when the servers have agreed on a primary.";
            case "BUSY", "LOADING" -> "Run it again when the server is ready.";
            case "MISCONF", "NOREPLICAS" -> "Mend what the server complains of, then run it again.";
            default ->
                "Allow the user +eval, +restore, +dump, +object, +memory|usage, +type, +pexpiretime and reading"
                        + " and writing of all keys.";
        };
        return new OpsException(
                "The server refused (" + live.name() + "): " + message.replaceFirst("[.]$", "") + ". " + undone()
                        + remedy,
                e);
    }

    private String undone() {
        return (notPutBack.isEmpty()
                        ? "The settings were put back; "
                        : "The settings were put back, but not on " + String.join(", ", notPutBack) + "; ")
                + tally.rewritten() + " values had been written anew. ";
    }

    /** What each setting is now; the server must allow to set it. */
    private Map<String, String> allowed(Node node) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try (Wire wire = Wire.open(node, live.access())) {
            for (String name : settings.keySet()) {
                Answer answer = wire.call("CONFIG", "GET", name);
                String[] lines = answer.text().split("\n", -1);
                if (answer instanceof Answer.Failed || lines.length < 2) {
                    throw new OpsException("The server does not tell " + name + ": "
                            + (lines.length < 2 ? "it knows none" : answer.text()) + " (" + node
                            + "). Allow the user +config|get and +config|set; where a provider keeps CONFIG to itself,"
                            + " set it by the provider's means.");
                }
                if (wire.call("CONFIG", "SET", name, lines[1]) instanceof Answer.Failed failed) {
                    throw new OpsException("The server lets nobody set " + name + ": " + failed.text() + " (" + node
                            + "). Allow the user +config|set; where a provider keeps CONFIG to itself, set it by the"
                            + " provider's means. Nothing was changed.");
                }
                String wanted = settings.getOrDefault(name, "");
                if (isLarger(lines[1], wanted)) {
                    throw new OpsException("The server has " + name + " " + lines[1] + " already, and the plan would"
                            + " lower it to " + wanted + " (" + node + "). Nothing was changed. Make a new plan.");
                }
                boolean again = lines[1].equals(wanted);
                resumed |= again;
                values.put(name, again ? plan.base().settings().getOrDefault(name, lines[1]) : lines[1]);
            }
        }
        return values;
    }

    private static boolean isLarger(String now, String wanted) {
        return now.matches("\\d{1,18}") && Long.parseLong(now) > Long.parseLong(wanted);
    }

    /** The memory of all primaries at one moment, with nothing left that is freed in the background. */
    private record Standing(long usedMemory, long dataBytes, long backlogBytes, long statisticsBytes, long keys) {

        /** A server reckons up its clients' buffers once a second, so it is asked, and asked again when all are reckoned. */
        static Standing of(Live live, Pace pace) throws IOException {
            List<Wire> wires = new ArrayList<>();
            try {
                for (Node node : live.primaries()) {
                    Wire wire = Wire.open(node, live.access());
                    wires.add(wire);
                    Memory.of(wire);
                }
                LockSupport.parkNanos(pace.reckoned().toNanos());
                Standing all = new Standing(0, 0, 0, 0, 0);
                for (Wire wire : wires) {
                    all = all.plus(settled(wire));
                }
                return all;
            } finally {
                wires.forEach(Wire::close);
            }
        }

        private Standing plus(Memory memory) {
            return new Standing(
                    usedMemory + memory.number("used_memory"),
                    dataBytes + memory.dataBytes(),
                    backlogBytes + memory.number("mem_replication_backlog"),
                    statisticsBytes + memory.statisticsBytes(),
                    keys + memory.keys());
        }

        private static Memory settled(Wire wire) throws IOException {
            Memory memory = Memory.of(wire);
            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (memory.number("lazyfree_pending_objects") > 0 && System.nanoTime() - until < 0) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                memory = Memory.of(wire);
            }
            return memory;
        }
    }

    private void set(List<Node> nodes) throws IOException, Guard.Halt {
        Node watched = live.primaries().get(0);
        try (Probe probe = Probe.start(watched, live.access())) {
            Guard guard = new Guard(probe, options, pace, stopped);
            try {
                for (Map.Entry<String, String> each : settings.entrySet()) {
                    progress.accept("setting " + each.getKey() + " " + each.getValue());
                    for (Node node : nodes) {
                        config(node, each.getKey(), each.getValue());
                    }
                    guard.settle();
                }
            } finally {
                noteSlowest(guard);
            }
        }
    }

    private void rewrite(Node node) throws IOException, Guard.Halt {
        Map<String, String> limits = new LinkedHashMap<>(plan.base().settings());
        limits.putAll(settings);
        try (Wire wire = Wire.open(node, live.access());
                Probe probe = Probe.start(node, live.access())) {
            Guard guard = new Guard(probe, options, pace, stopped);
            try {
                new Rewriting(wire, settings, limits, guard, tally, progress).run();
                guard.settle();
            } finally {
                noteSlowest(guard);
            }
        }
    }

    private void noteSlowest(Guard guard) {
        slowest = guard.highest().compareTo(slowest) > 0 ? guard.highest() : slowest;
    }

    /** On every server that answers. */
    private void putBack() {
        progress.accept("putting the settings back");
        for (Map.Entry<Node, Map<String, String>> node : old.entrySet()) {
            try {
                for (Map.Entry<String, String> each : node.getValue().entrySet()) {
                    config(node.getKey(), each.getKey(), each.getValue());
                }
            } catch (IOException | Wire.Refused e) {
                String how = String.join("; ", Advice.commands(node.getValue()));
                notPutBack.add(node.getKey() + " (a restart does it there, or " + how + ")");
                notes.add("The settings could not be put back on " + node.getKey() + " (" + e.getMessage()
                        + "). Restart it, or set them there: " + how + ".");
            }
        }
        if (tally.rewritten() > 0) {
            notes.add(tally.rewritten()
                    + " values had been written anew; each stays compact until its next change or the next restart.");
        }
    }

    private void keep(List<Node> nodes) throws IOException {
        if (!options.rewriteConfig()) {
            notes.add("The settings hold until the servers restart. Put them into the configuration files, or run it"
                    + " again with --rewrite-config.");
            return;
        }
        for (Node node : nodes) {
            try (Wire wire = Wire.open(node, live.access())) {
                if (wire.call("CONFIG", "REWRITE") instanceof Answer.Failed failed) {
                    notes.add("The configuration of " + node + " could not be written: " + failed.text());
                }
            }
        }
    }

    private void config(Node node, String name, String value) throws IOException {
        try (Wire wire = Wire.open(node, live.access())) {
            wire.ask("CONFIG", "SET", name, value);
        }
    }
}
