package dev.keywright.expert.evidence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Reply;
import dev.keywright.expert.design.Amounts;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Recognition;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server that runs already and holds the data of others. Each candidate writes below a prefix of its own; the keys are
 * known, so removing them scans nothing. They are removed when the measurement ends, fails or is interrupted, and when
 * this JVM is told to end; only a JVM that is killed outright leaves them.
 */
final class RunningSite implements Site {

    private static final int SMALLER = 8;
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final ConnectionOptions OPTIONS = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofSeconds(10));

    private final Connection connection;
    private final ServerInfo info;
    private final MemoryModel model;
    private final String prefix;
    private final Map<Footprint, Long> claims = new LinkedHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private int rooms;

    private RunningSite(Connection connection, ServerInfo info, Patience patience) {
        this.connection = connection;
        this.info = info;
        this.model = new MemoryModel(Recognition.of(connection).profile());
        byte[] chance = new byte[4];
        new SecureRandom().nextBytes(chance);
        this.prefix = "kw-" + HexFormat.of().formatHex(chance) + "-";
        this.hook = new Thread(() -> bringToAnEnd(patience), "keywright-evidence-farewell");
    }

    static RunningSite open(String uri, Patience patience) {
        String scheme = uri.replaceFirst("://.*", "").toLowerCase(Locale.ROOT);
        refuse(scheme.contains("cluster"), "This URI names a cluster (" + scheme + "://)");
        refuse(scheme.contains("sentinel"), "This URI names Sentinels (" + scheme + "://)");
        Connection connection;
        try {
            connection = Connection.open(uri, OPTIONS);
        } catch (KeywrightException failure) {
            throw new EvidenceException(String.valueOf(failure.getMessage()), failure);
        }
        try {
            ServerInfo info = ServerInfo.of(connection);
            check(info, connection);
            RunningSite site = new RunningSite(connection, info, patience);
            Runtime.getRuntime().addShutdownHook(site.hook);
            return site;
        } catch (KeywrightException failure) {
            connection.close();
            throw new EvidenceException(String.valueOf(failure.getMessage()), failure);
        } catch (RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private static void check(ServerInfo info, Connection connection) {
        String mode = info.text("server_mode") + info.text("redis_mode"); // Valkey has the first, Redis the second
        refuse(mode.equals("cluster"), "The server is a node of a cluster (" + connection + ")");
        refuse(mode.equals("sentinel"), "The server is a Sentinel (" + connection + ")");
        refuse(
                info.text("role").equals("slave"),
                "The server is a replica, which takes no writes (" + connection + ")");
        if (Integer.parseInt("0" + info.text("redis_version").replaceFirst("\\..*", "")) < 7) {
            throw new EvidenceException("The server is too old: Redis " + info.text("redis_version")
                    + ", and 7.0 or newer is needed (" + connection + "). Leave --redis out to measure elsewhere.");
        }
        Reply removal = connection.call(
                Command.named("UNLINK").key("kw-" + info.text("run_id")).buildRepeatable());
        if (removal instanceof Reply.Failure failure) {
            throw new EvidenceException("What is measured could not be removed again: " + failure.message() + " ("
                    + connection + "). Give a user that may UNLINK, or leave --redis out.");
        }
    }

    private static void refuse(boolean unfit, String what) {
        if (unfit) {
            throw new EvidenceException(what + "; evidence is measured on a single primary. Give its redis:// address,"
                    + " or leave --redis out to measure on a server of Keywright's own.");
        }
    }

    @Override
    public String name() {
        return info.name() + " (running server)";
    }

    @Override
    public Profile profile() {
        return model.profile();
    }

    @Override
    public long nowMillis() {
        Reply time = connection.call(Command.named("TIME").buildRepeatable()).orThrow("TIME");
        return Long.parseLong(time.items().get(0).text()) * 1000;
    }

    @Override
    public long mostItems(Depth depth) {
        return depth.mostItems() / SMALLER;
    }

    @Override
    public long mostBytes(Depth depth) {
        return depth.mostBytes() / SMALLER;
    }

    @Override
    public void admit(long bytes) {
        long free = ServerInfo.of(connection).freeBytes().orElse(Long.MAX_VALUE);
        if (free < bytes) {
            throw new EvidenceException(
                    "The sample needs about " + Amounts.bytes((double) bytes) + " and the server has "
                            + Amounts.bytes((double) free) + " free (" + connection
                            + "). Free memory or raise maxmemory, or leave --redis out to measure on a server of"
                            + " Keywright's own.");
        }
    }

    @Override
    public boolean mayPublish() {
        return false;
    }

    @Override
    public Room room() {
        return new Slice(prefix + rooms++ + ":");
    }

    @Override
    public void beforeLoad() {}

    @Override
    public void beforeDrive() {}

    @Override
    public List<String> notes() {
        return List.of(
                "The sample was written below a prefix of " + (prefix.length() + 2)
                        + " bytes and removed; scripts stay in the script cache until the server restarts.",
                "Bytes per item are MEMORY USAGE of sampled keys and their share of the key table, as others use the"
                        + " server, too.");
    }

    /** Removes everything, whatever happened, also on an interrupted thread. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            claims.forEach((footprint, items) -> footprint.forEach(items, this::unlink));
        } catch (KeywrightException failure) {
            throw new EvidenceException(
                    "What was measured could not be removed (" + connection + "): " + failure.getMessage()
                            + " Remove it with redis-cli --scan --pattern '" + prefix + "*' | xargs redis-cli UNLINK.",
                    failure);
        } finally {
            connection.close();
            closed.countDown();
            forgetHook();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void unlink(List<String> keys) {
        ask("UNLINK", keys.toArray(String[]::new));
    }

    /** A command all of whose words are keys. */
    private Reply ask(String name, String... keys) {
        Command.Builder command = Command.named(name);
        for (String key : keys) {
            command.key(key);
        }
        return connection.call(command.buildRepeatable()).orThrow(name);
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The JVM is ending, and the hook is what waits for this.
        }
    }

    private void bringToAnEnd(Patience patience) {
        patience.callOff();
        try {
            if (!closed.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** The keys below one prefix. */
    private final class Slice implements Room {

        private static final int WEIGHED_KEYS = 300;

        /** A string of one byte, with header and end. */
        private static final int KEY_OF_ONE_BYTE = 3;

        /** What MEMORY USAGE counts for an entry of the key table. */
        private static final int ENTRY = 24;

        private final String own;

        Slice(String own) {
            this.own = own;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public String prefix() {
            return own;
        }

        @Override
        public void claim(Footprint footprint, long items) {
            claims.merge(footprint, items, Math::max);
        }

        @Override
        public void clear() {
            List<Footprint> mine = claims.keySet().stream()
                    .filter(footprint -> footprint.prefix().equals(own))
                    .toList();
            for (Footprint footprint : mine) {
                footprint.forEach(claims.getOrDefault(footprint, 0L), RunningSite.this::unlink);
                claims.remove(footprint);
            }
        }

        @Override
        public void leave() {
            clear();
        }

        @Override
        public void beforeLoad() {}

        /**
         * The memory of the whole server moves with whatever else happens there, so the keys themselves are asked. MEMORY USAGE
         * leaves out what the key space adds to each: slots of the table, a larger entry, the same again for a TTL.
         */
        @Override
        public Grown afterLoad(Footprint footprint, long items, Patience patience) {
            double bytes = 0;
            double keys = 0;
            for (Text text : footprint.texts()) {
                List<String> some = footprint.some(text, items, WEIGHED_KEYS);
                double[] usages = numbers(some, "MEMORY", "USAGE", "SAMPLES", "0");
                double[] lives = numbers(some, "PTTL", "");
                long found = Arrays.stream(usages).filter(usage -> usage > 0).count();
                long mortal = Arrays.stream(lives).filter(life -> life > 0).count();
                double ratio = (double) Fill.distinct(text.varies(), items) / some.size();
                bytes += Arrays.stream(usages).sum() * ratio
                        + keySpace(found * ratio, false)
                        + (mortal == 0 ? 0 : keySpace(mortal * ratio, true) - keySpace(mortal * ratio, false));
                keys += found * ratio;
            }
            return new Grown(bytes, Math.round(keys), false);
        }

        private double keySpace(double keys, boolean withTtl) {
            double counted = model.profile().allocator().size(KEY_OF_ONE_BYTE) + ENTRY;
            long whole = Math.round(keys);
            return model.tables(whole, withTtl ? whole : 0) + keys * (model.key(1, withTtl) - counted);
        }
    }

    /** What a command tells of each key; 0 for a key that is not there. */
    private double[] numbers(List<String> keys, String name, String subcommand, String... more) {
        List<Command> commands = new ArrayList<>();
        for (String key : keys) {
            Command.Builder command = Command.named(name);
            if (!subcommand.isEmpty()) {
                command.argument(subcommand);
            }
            command.key(key);
            for (String word : more) {
                command.argument(word);
            }
            commands.add(command.buildRepeatable());
        }
        return connection.batch(commands, OPTIONS.timeout()).stream()
                .mapToDouble(reply -> reply instanceof Reply.Whole number ? Math.max(0, number.value()) : 0)
                .toArray();
    }
}
