package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Reply;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Recognition;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A server of our own: each candidate gets one of its databases and a connection to it. It forgets nothing by time and
 * finishes growing its tables quickly, so what is read off is the sample and nothing else.
 */
final class StartedSite implements Site {

    /** Tracking of latencies would take memory at the first use of a command. */
    private static final Map<String, String> STILL =
            Map.of("latency-tracking", "no", "databases", "16", "enable-debug-command", "local");

    private static final ConnectionOptions OPTIONS = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofSeconds(10));

    private final Standalone server;
    private final String name;
    private final List<Connection> connections = new ArrayList<>();
    private final Deque<Database> free = new ArrayDeque<>();
    private final Profile profile;

    private StartedSite(Standalone server, RedisBinary binary) {
        this.server = server;
        this.name = binary + " (" + (binary.origin().equals("PATH") ? "from the PATH" : binary.origin()) + ")";
        this.profile = profile(server);
    }

    static StartedSite open(ServerChoice choice) {
        try {
            RedisBinary binary = RedisBinary.find(choice.binary());
            Standalone server = Standalone.start(
                    ServerOptions.DEFAULTS.withBinary(binary.path()).withDirectives(STILL));
            try {
                server.command("DEBUG", "SET-ACTIVE-EXPIRE", "0");
                return new StartedSite(server, binary);
            } catch (RuntimeException failure) {
                server.close();
                throw failure;
            }
        } catch (ServerException failure) {
            throw new EvidenceException(String.valueOf(failure.getMessage()), failure);
        }
    }

    private static Profile profile(Standalone server) {
        try (Connection connection = Connection.open(server.uri(), OPTIONS)) {
            return Recognition.of(connection).profile();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Profile profile() {
        return profile;
    }

    @Override
    public long nowMillis() {
        return Long.parseLong(server.command("TIME").lines().findFirst().orElse("0")) * 1000;
    }

    @Override
    public long mostItems(Depth depth) {
        return depth.mostItems();
    }

    @Override
    public long mostBytes(Depth depth) {
        return depth.mostBytes();
    }

    /** A sample is small beside any machine that runs this. */
    @Override
    public void admit(long bytes) {}

    @Override
    public boolean mayPublish() {
        return true;
    }

    @Override
    public Room room() {
        if (!free.isEmpty()) {
            return free.pop();
        }
        Connection connection = Connection.open(server.uri() + "/" + connections.size(), OPTIONS);
        connections.add(connection);
        return new Database(connection, connections.size() - 1, free);
    }

    /** The server goes on growing its tables 500 times a second, so they are done within milliseconds. */
    @Override
    public void beforeLoad() {
        server.command("CONFIG", "SET", "hz", "500");
    }

    @Override
    public void beforeDrive() {
        server.command("CONFIG", "SET", "hz", "10");
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
        server.close();
    }

    /** One database of the server. */
    private static final class Database implements Room {

        private final Connection connection;
        private final int number;
        private final Deque<Database> free;
        private long before;

        Database(Connection connection, int number, Deque<Database> free) {
            this.connection = connection;
            this.number = number;
            this.free = free;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public String prefix() {
            return "";
        }

        /** The whole database is ours. */
        @Override
        public void claim(Footprint footprint, long items) {}

        @Override
        public void clear() {
            call("FLUSHDB", "SYNC");
        }

        @Override
        public void leave() {
            clear();
            free.push(this);
        }

        @Override
        public void beforeLoad() {
            before = ServerInfo.heldBytes(connection);
        }

        @Override
        public Grown afterLoad(Footprint footprint, long items, Patience patience) {
            boolean still = patience.await(() ->
                    !call("DEBUG", "HTSTATS", Integer.toString(number)).text().contains("rehashing"));
            long bytes = ServerInfo.heldBytes(connection) - before;
            return new Grown(Math.max(0, bytes), call("DBSIZE").number(), still);
        }

        private Reply call(String name, String... words) {
            Command.Builder command = Command.named(name);
            for (String word : words) {
                command.argument(word);
            }
            return connection.call(command.build()).orThrow(name);
        }
    }
}
