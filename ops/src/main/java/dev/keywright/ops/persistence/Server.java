package dev.keywright.ops.persistence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One server whose persistence is to be changed. One thread. */
final class Server implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofHours(2);
    private static final long LOOK_NANOS = 50_000_000;

    private final String host;
    private final int port;
    private final Connection connection;

    Server(String host, int port, Connection connection) {
        this.host = host;
        this.port = port;
        this.connection = connection;
    }

    String host() {
        return host;
    }

    String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** @throws OpsException when the server answers with an error */
    Reply ask(String name, String... arguments) {
        Reply reply = call(name, arguments);
        if (reply instanceof Reply.Failure failure) {
            throw new OpsException(failure.message() + " (" + name + " on " + address() + ").");
        }
        return reply;
    }

    Reply call(String name, String... arguments) {
        Command.Builder command = Command.named(name);
        for (String argument : arguments) {
            command.argument(argument);
        }
        return connection.call(command.build(), ANSWER);
    }

    Map<String, String> info(String section) {
        Map<String, String> fields = new HashMap<>();
        ask("INFO", section).text().lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    Kept kept() {
        return new Kept(config("appendonly"), config("appendfsync"), config("save"));
    }

    String config(String directive) {
        List<Reply> pair = ask("CONFIG", "GET", directive).items();
        if (pair.size() < 2) {
            throw new OpsException("The server knows no " + directive + " (CONFIG GET on " + address() + ").");
        }
        return pair.get(1).text();
    }

    /** Why the change cannot be made here now; empty when it can. */
    Optional<String> obstacle() {
        try {
            Map<String, String> now = info("persistence");
            Map<String, String> link = info("replication");
            if (!now.getOrDefault("loading", "0").equals("0")) {
                return Optional.of(address() + " is still loading its data. Wait until it has.");
            }
            if (link.getOrDefault("role", "").equals("slave")
                    && !link.getOrDefault("master_link_status", "").equals("up")) {
                return Optional.of(
                        address() + " has no link to its primary, so its data may be old. Mend the replication first.");
            }
            kept();
            return Optional.empty();
        } catch (OpsException | KeywrightException refused) {
            return Optional.of(refused.getMessage() + " CONFIG and INFO must be allowed there.");
        }
    }

    /** Changes what differs, so that at no moment less is on disk than before or after. */
    void move(Kept from, Kept to) {
        awaitNoChild();
        if (to.log() && !from.log()) {
            set("appendonly", "yes");
            awaitLog();
        }
        // Not earlier: under "always" a server ends itself when it cannot write to its log.
        if (!to.appendfsync().equals(from.appendfsync())) {
            set("appendfsync", to.appendfsync());
        }
        if (to.snapshots() && (!from.snapshots() || from.log() && !to.log())) {
            snapshot();
        }
        if (!to.save().equals(from.save())) {
            set("save", to.save());
        }
        if (from.log() && !to.log()) {
            set("appendonly", "no");
        }
    }

    /** Puts the old values back, whatever was reached; the log is never switched off before the old state holds again. */
    void moveBack(Kept old) {
        Kept now = kept();
        if (!now.equals(old)) {
            move(now, old);
        }
    }

    private void set(String directive, String value) {
        ask("CONFIG", "SET", directive, value);
    }

    private void awaitNoChild() {
        await("a snapshot or a rewrite of the log to end", () -> {
            Map<String, String> now = info("persistence");
            return no(now, "rdb_bgsave_in_progress")
                    && no(now, "aof_rewrite_in_progress")
                    && no(now, "aof_rewrite_scheduled");
        });
    }

    /** The log is whole only when the rewrite that CONFIG SET began has ended well. */
    private void awaitLog() {
        await("the log to hold all data", () -> {
            Map<String, String> now = info("persistence");
            boolean failed = !ok(now, "aof_last_bgrewrite_status"); // the server tries again, without end
            return no(now, "rdb_bgsave_in_progress")
                    && no(now, "aof_rewrite_in_progress")
                    && (failed || no(now, "aof_rewrite_scheduled"));
        });
        Map<String, String> now = info("persistence");
        if (!now.getOrDefault("aof_enabled", "0").equals("1") || !ok(now, "aof_last_bgrewrite_status")) {
            set("appendonly", "no"); // nothing relies on it yet
            throw new OpsException("The log could not be written (" + address() + "). Look at the server's log: its"
                    + " disk may be full or its folder missing.");
        }
        if (!ok(now, "aof_last_write_status")) {
            throw new OpsException("Writing to the log fails (" + address() + "). Free space on the server's disk.");
        }
    }

    private void snapshot() {
        ask("BGSAVE");
        awaitNoChild();
        if (!ok(info("persistence"), "rdb_last_bgsave_status")) {
            throw new OpsException("The snapshot could not be written (" + address() + "). Look at the server's log:"
                    + " its disk may be full or its folder missing.");
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new OpsException("Waited " + LONG.toHours() + " h for " + what + " (" + address()
                        + "). Look at the server's log.");
            }
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new OpsException("Interrupted while waiting for " + what + " (" + address() + "). Run it again.");
            }
        }
    }

    private static boolean no(Map<String, String> info, String field) {
        return info.getOrDefault(field, "0").equals("0");
    }

    private static boolean ok(Map<String, String> info, String field) {
        return info.getOrDefault(field, "ok").equals("ok");
    }

    @Override
    public void close() {
        connection.close();
    }
}
