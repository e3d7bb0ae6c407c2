package dev.keywright.ops.persistence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/*
 * A restart with "appendonly yes" and nothing but a snapshot comes up empty: a server with a log looks at no snapshot. So the log is
 * switched on while the server runs, which makes it write all its data into it, and only when that has ended well is the file of
 * the configuration changed. The other way round a snapshot is written before the log is let go.
 */
/**
 * Changes what running servers keep on disk, without a restart and without a moment of less safety: replicas first, then
 * primaries, each with its configuration file.
 * <ul>
 *   <li>Commands on each server: INFO, CONFIG GET, CONFIG SET, BGSAVE when snapshots begin or the log ends, CONFIG REWRITE.
 *   <li>Cost: one fork on each server, one server after the other; up to twice the memory while data is written.
 *   <li>Failure: the servers already changed are put back, and the message says why.
 * </ul>
 *
 * One thread.
 */
public final class PersistenceSwitch implements AutoCloseable {

    /**
     * What will be done.
     *
     * @param to the id of the persistence that is wanted
     * @param servers in the order they are changed
     * @param refusals why it will not be done; empty when it can
     * @param notes what to know before
     */
    public record Plan(String to, List<Change> servers, List<String> refusals, List<String> notes) {

        /** Whether there is nothing to do but to write it down. */
        public boolean isThereAlready() {
            return servers.stream().allMatch(server -> server.steps().isEmpty());
        }
    }

    /**
     * One server's change.
     *
     * @param now what it keeps now
     * @param steps the commands, in order; none when it keeps already what is wanted
     */
    public record Change(String address, String role, String now, List<String> steps) {}

    /** What was done, read again from the servers at the end. */
    public record Outcome(String now, List<Changed> servers) {

        /** Whether every server has written it into its own configuration file. */
        public boolean isWrittenDown() {
            return servers.stream().allMatch(server -> server.linesToAdd().isEmpty());
        }
    }

    /**
     * @param linesToAdd what must be put into the server's configuration, since it could not be written there; empty when it was
     * @param why why not
     */
    public record Changed(String address, List<String> linesToAdd, Optional<String> why) {}

    private record Candidate(Server server, String role, Optional<Kept> now) {}

    private final Persistence to;
    private final List<Candidate> candidates;
    private final Plan plan;

    private PersistenceSwitch(Persistence to, List<Candidate> candidates, List<String> refusals) {
        this.to = to;
        this.candidates = candidates;
        this.plan = plan(refusals);
    }

    /** Looks at every server behind the connection and at their replicas; changes nothing. The connection stays the caller's. */
    public static PersistenceSwitch prepare(Connection connection, Persistence to) {
        List<Candidate> candidates = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (Members.Member member : Members.of(connection)) {
            try {
                Server server = new Server(member.host(), member.port(), connection.node(member.host(), member.port()));
                Optional<String> obstacle = server.obstacle();
                obstacle.ifPresent(refusals::add);
                candidates.add(new Candidate(
                        server, member.role(), obstacle.isEmpty() ? Optional.of(server.kept()) : Optional.empty()));
            } catch (KeywrightException unreachable) {
                refusals.add(member.role() + " " + member.host() + ":" + member.port() + " cannot be reached: "
                        + unreachable.getMessage());
            }
        }
        return new PersistenceSwitch(to, List.copyOf(candidates), refusals);
    }

    public Plan plan() {
        return plan;
    }

    /**
     * Does it.
     *
     * @param progress is told in a few words what happens
     * @throws OpsException when it is refused, or failed and was put back
     */
    public Outcome run(Consumer<String> progress) {
        if (!plan.refusals().isEmpty()) {
            throw new OpsException("The switch is refused: " + String.join(" ", plan.refusals()));
        }
        List<Candidate> touched = new ArrayList<>();
        List<Changed> changed = new ArrayList<>();
        try {
            for (Candidate candidate : candidates) {
                Kept from = candidate.now().orElseThrow();
                if (!from.is(to)) {
                    progress.accept(candidate.server().address() + ": " + from.name() + " to " + to);
                    touched.add(candidate);
                    candidate.server().move(from, from.movedTo(to));
                }
                // At once: a server that crashed before would come back with the old setting, and maybe with an old
                // log.
                progress.accept(candidate.server().address() + ": writing it down");
                changed.add(writeDown(candidate.server()));
            }
        } catch (OpsException | KeywrightException failure) {
            throw new OpsException(failure.getMessage() + " " + putBack(touched), failure);
        }
        candidates.forEach(this::prove);
        return new Outcome(to.id(), List.copyOf(changed));
    }

    private static String putBack(List<Candidate> touched) {
        List<String> failures = new ArrayList<>();
        for (int i = touched.size() - 1; i >= 0; i--) {
            Candidate candidate = touched.get(i);
            try {
                candidate.server().moveBack(candidate.now().orElseThrow());
                writeDown(candidate.server());
            } catch (OpsException | KeywrightException failure) {
                failures.add(String.valueOf(failure.getMessage()));
            }
        }
        return failures.isEmpty()
                ? "Every server keeps what it kept before."
                : "Putting back failed, too; look at these servers: " + String.join(" ", failures);
    }

    private static Changed writeDown(Server server) {
        Reply reply = server.call("CONFIG", "REWRITE");
        if (!(reply instanceof Reply.Failure failure)) {
            return new Changed(server.address(), List.of(), Optional.empty());
        }
        Kept now = server.kept();
        List<String> lines = List.of(
                "appendonly " + now.appendonly(), "appendfsync " + now.appendfsync(), "save \"" + now.save() + "\"");
        String why = failure.message().toLowerCase(Locale.ROOT).contains("without a config file")
                ? "it was started without a configuration file"
                : failure.message();
        return new Changed(server.address(), lines, Optional.of(why));
    }

    private void prove(Candidate candidate) {
        Kept now = candidate.server().kept();
        Map<String, String> info = candidate.server().info("persistence");
        if (!now.is(to) || !info.getOrDefault("aof_enabled", "").equals(to.log() ? "1" : "0")) {
            throw new OpsException("Somebody else changed it meanwhile: " + now.name() + " is set ("
                    + candidate.server().address() + "). Run it again.");
        }
    }

    private Plan plan(List<String> refusals) {
        List<Change> changes = new ArrayList<>();
        List<String> all = new ArrayList<>(refusals);
        List<String> notes = new ArrayList<>();
        for (Candidate candidate : candidates) {
            candidate.now().ifPresent(now -> {
                List<String> steps = now.is(to) ? List.of() : steps(now, now.movedTo(to));
                changes.add(new Change(candidate.server().address(), candidate.role(), now.name(), steps));
                if (!steps.isEmpty()) {
                    checkDisk(candidate.server(), all, notes);
                }
            });
        }
        if (to == Persistence.NONE) {
            notes.add(
                    "Files that lie on disk stay: a restart would load an old dump.rdb. Move it away to begin empty.");
        }
        return new Plan(to.id(), List.copyOf(changes), List.copyOf(all), List.copyOf(notes));
    }

    private static List<String> steps(Kept from, Kept to) {
        List<String> steps = new ArrayList<>();
        if (to.log() && !from.log()) {
            steps.add("CONFIG SET appendonly yes, and wait until the log holds all data");
        }
        if (!to.appendfsync().equals(from.appendfsync())) {
            steps.add("CONFIG SET appendfsync " + to.appendfsync());
        }
        if (to.snapshots() && (!from.snapshots() || from.log() && !to.log())) {
            steps.add("BGSAVE, and wait until the snapshot is whole");
        }
        if (!to.save().equals(from.save())) {
            steps.add("CONFIG SET save \"" + to.save() + "\"");
        }
        if (from.log() && !to.log()) {
            steps.add("CONFIG SET appendonly no");
        }
        steps.add("CONFIG REWRITE");
        return steps;
    }

    /** Room for all data once more; known only for a server whose folder this machine can see. */
    private void checkDisk(Server server, List<String> refusals, List<String> notes) {
        if (to == Persistence.NONE) {
            return;
        }
        long needed = Long.parseLong(server.info("memory").getOrDefault("used_memory", "0"));
        Path folder = Path.of(server.config("dir"));
        if (!isHere(server.host()) || !Files.isDirectory(folder)) {
            notes.add(server.address() + " needs up to " + needed / 1_000_000
                    + " MB more on disk; how much is free there cannot be seen from here.");
            return;
        }
        try {
            FileStore store = Files.getFileStore(folder);
            if (store.getUsableSpace() < needed) {
                refusals.add(server.address() + " may need " + needed / 1_000_000 + " MB on disk, and "
                        + store.getUsableSpace() / 1_000_000 + " MB are free in " + folder + ". Free some space.");
            }
        } catch (IOException e) {
            notes.add("How much disk is free in " + folder + " could not be found out: " + e.getMessage() + ".");
        }
    }

    private static boolean isHere(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void close() {
        candidates.forEach(candidate -> candidate.server().close());
    }
}
