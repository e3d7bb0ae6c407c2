package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Check;
import dev.keywright.ops.config.Rule.Found;
import dev.keywright.ops.config.Rule.Reads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What goes on in a running server: who is connected and refused, what its process may do, slots on the move. */
final class ActivityRules {

    private static final long MEGABYTE = 1024 * 1024;
    private static final double BIG_BUFFER = 10.0 * MEGABYTE;
    private static final double ENOUGH_DATA = 100.0 * MEGABYTE;
    private static final long MANY_CLIENTS = 50;
    private static final long RESERVED_FILES = 32;
    /** What limits of 1024 and 4096 open files leave. */
    private static final List<Long> LEFT_OVER = List.of(1024 - RESERVED_FILES, 4096 - RESERVED_FILES);

    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+)");

    private ActivityRules() {}

    static List<Rule> all() {
        return List.of(
                rule(
                        "replica-buffers-big",
                        WARNING,
                        "replicas with big buffers",
                        "They read too slowly; their buffers push data out, and at the limit they are cut off.",
                        (subject, found) -> {
                            double replicas = subject.info("connected_slaves").orElse(0);
                            double buffers = subject.info("mem_clients_slaves").orElse(0);
                            if (replicas > 0 && buffers / replicas > BIG_BUFFER) {
                                found.add(
                                        subject.place(),
                                        "A replica's buffer takes " + Numbers.spoken((long) (buffers / replicas))
                                                + " on average.",
                                        "Look at the replicas' network and disk.");
                            }
                        }),
                rule(
                        "key-overhead",
                        INFO,
                        "much memory for keys beside their values",
                        "Many tiny values cost more in overhead than in data.",
                        (subject, found) -> {
                            double start = subject.info("used_memory_startup").orElse(0);
                            double used = subject.info("used_memory").orElse(0) - start;
                            double over = subject.info("used_memory_overhead").orElse(0) - start;
                            if (used > ENOUGH_DATA && over > 0.3 * used) {
                                found.add(
                                        subject.place(),
                                        Math.round(100 * over / used) + " % of the memory is overhead.",
                                        "Group small values into hashes of some hundred fields.");
                            }
                        }),
                rule(
                        "maxclients-cut",
                        WARNING,
                        "maxclients lowered by the limit of open files",
                        "The server may open fewer files than maxclients plus 32 and lowered it at the start; one line"
                                + " in its log says so.",
                        ActivityRules::cut),
                rule(
                        "clients-idle",
                        WARNING,
                        "many clients idle for more than an hour",
                        "Forgotten connections fill maxclients; with timeout 0 they never end.",
                        ActivityRules::idle),
                rule(
                        "acl-refusals",
                        WARNING,
                        "logins or commands refused within the last hour",
                        "A program lacks a right, or somebody tries passwords.",
                        (subject, found) -> {
                            List<String> refusals =
                                    subject.live().orElseThrow().activity().refusals();
                            if (!refusals.isEmpty()) {
                                found.add(
                                        subject.place(),
                                        "ACL LOG holds " + String.join("; ", refusals) + ".",
                                        "ACL LOG tells who; give the right, or stop the client. ACL LOG RESET after"
                                                + " it.");
                            }
                        }),
                rule(
                        "cluster-slots-open",
                        WARNING,
                        "slots in the middle of a move",
                        "While nobody moves them, their keys answer ASK for ever, and some commands fail.",
                        (subject, found) -> {
                            List<String> open =
                                    subject.live().orElseThrow().activity().openSlots();
                            if (!open.isEmpty()) {
                                found.add(
                                        subject.place(),
                                        open.size() + (open.size() == 1 ? " slot is" : " slots are")
                                                + " migrating or importing: "
                                                + String.join(", ", open.subList(0, Math.min(5, open.size())))
                                                + (open.size() > 5 ? " ..." : "."),
                                        "Let the move end; else keywright cluster check tells how to close them.");
                            }
                        }),
                rule(
                        "disk-nearly-full",
                        WARNING,
                        "less free disk than two more snapshots need",
                        "A snapshot or rewrite stands beside the old one until it is whole; without room it fails.",
                        ActivityRules::disk));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, Reads.INFO, finds, why, check);
    }

    private static void cut(Subject subject, Found found) {
        long clients = (long) subject.info("maxclients").orElse(0);
        OptionalLong files = openFiles(subject);
        boolean cut = LEFT_OVER.contains(clients) || files.isPresent() && files.getAsLong() == clients + RESERVED_FILES;
        if (cut && clients < 10_000) {
            found.add(
                    subject.place(),
                    "maxclients is " + clients + ", which is what a limit of " + (clients + RESERVED_FILES)
                            + " open files leaves.",
                    "LimitNOFILE=10064 in the systemd unit (ulimit -n), and a restart.");
        }
    }

    /** The limit of the server's process, where that runs here. */
    private static OptionalLong openFiles(Subject subject) {
        if (subject.machine().equals(Machine.UNKNOWN)) {
            return OptionalLong.empty();
        }
        long process = (long) subject.info("process_id").orElse(0);
        try {
            Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/" + process + "/limits")));
            return limit.find() ? Numbers.whole(limit.group(1)) : OptionalLong.empty();
        } catch (IOException notHere) {
            return OptionalLong.empty();
        }
    }

    private static void idle(Subject subject, Found found) {
        LiveNode.Activity activity = subject.live().orElseThrow().activity();
        boolean many = activity.clients() >= MANY_CLIENTS && activity.idleClients() * 5 > activity.clients();
        if (many && subject.number("timeout") == 0) {
            found.add(
                    subject.place(),
                    activity.idleClients() + " of " + activity.clients() + " clients did nothing for an hour.",
                    "Smaller pools; CONFIG SET timeout 3600 where no client waits for messages.");
        }
    }

    private static void disk(Subject subject, Found found) {
        if (subject.machine().equals(Machine.UNKNOWN) || !subject.persists()) {
            return;
        }
        try {
            Path folder = Path.of(subject.text("dir"));
            Path dump = folder.resolve(subject.text("dbfilename"));
            double needed = 2
                    * ((Files.isReadable(dump) ? Files.size(dump) : 0)
                            + subject.info("aof_current_size").orElse(0));
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < needed) {
                found.add(
                        subject.place(),
                        folder + " has " + Numbers.spoken(free) + " free, and two copies of what is there need "
                                + Numbers.spoken((long) needed) + ".",
                        "Make room before the next snapshot.");
            }
        } catch (IOException | InvalidPathException notHere) {
            // A folder that cannot be seen from here, as in a container, has no room to judge.
        }
    }
}
