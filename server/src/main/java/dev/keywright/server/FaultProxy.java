package dev.keywright.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on 127.0.0.1 and breaks their connection in the ways networks do.
 * <ul>
 *   <li>Faults hold for all connections, from the call on, until they are taken back; they can be combined.
 *   <li>Threads: two per connection; any thread may call any method.
 *   <li>Cost without faults: some 50 microseconds per round trip. It reads RESP, not TLS.
 *   <li>A client that is redirected in a cluster goes past the proxy.
 * </ul>
 */
public final class FaultProxy implements AutoCloseable {

    private static final Duration REBIND = Duration.ofSeconds(5);
    private static final Duration ACCEPTOR = Duration.ofSeconds(1);
    private static final int PORT_TRIES = 20;
    private static final int BACKLOG = 128;

    private final String host;
    private final int serverPort;
    private final int port;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Predicate<String>> cutNext = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean dropReplies;
    private volatile boolean closed;
    private @Nullable ServerSocket listener;
    private Thread acceptor;

    private FaultProxy(String host, int serverPort) {
        this.host = host;
        this.serverPort = serverPort;
        ServerSocket socket = bindAnywhere();
        this.port = socket.getLocalPort();
        this.listener = socket;
        this.acceptor = start("keywright-proxy-" + port, () -> accept(socket));
    }

    /** A proxy on a free port; connections to it lead to that server, which need not be there yet. */
    public static FaultProxy to(String host, int port) {
        return new FaultProxy(host, port);
    }

    public static FaultProxy to(Standalone server) {
        return new FaultProxy("127.0.0.1", server.port());
    }

    /** Where clients connect instead: {@code redis://127.0.0.1:PORT}, without credentials. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Drops all connections there are now; new ones are accepted. */
    public void cut() {
        connections.forEach(Connection::close);
    }

    /** Stops listening, so that new connections are refused, or listens again; those there are stay. */
    public synchronized void refuse(boolean refuse) {
        if (closed) {
            return;
        }
        ServerSocket current = listener;
        if (refuse && current != null) {
            listener = null;
            closeQuietly(current);
            awaitEnd(acceptor);
        } else if (!refuse && current == null) {
            listen();
        }
    }

    /** Holds every reply back for so long, at most twice so long when replies follow each other closely; zero ends it. */
    public void delay(Duration newDelay) {
        delay = newDelay;
    }

    /**
     * Lets requests through and swallows all replies; the connections stay open. What was swallowed never comes, so when this is
     * taken back, the connections that missed something are dropped.
     */
    public void dropReplies(boolean drop) {
        dropReplies = drop;
        if (!drop) {
            connections.stream().filter(connection -> connection.deaf).forEach(Connection::close);
        }
    }

    /**
     * Takes the next request, on whichever connection, to the server, waits for the server's answer, swallows it and drops that
     * connection: the command ran, and the client cannot know. Replies to earlier requests still arrive; later requests on that
     * connection may have run or not.
     */
    public void cutAfterNextRequest() {
        cutNext.set(any -> true);
    }

    /** As {@link #cutAfterNextRequest()}, but waits for the next request with this command, such as {@code EVALSHA}. */
    public void cutAfterNextRequest(String command) {
        cutNext.set(command::equalsIgnoreCase);
    }

    /** How many connections {@link #cutAfterNextRequest()} has dropped so far. */
    public int cuts() {
        return cuts.get();
    }

    /** Drops all connections and gives the port back. */
    @Override
    public synchronized void close() {
        refuse(true);
        closed = true;
        cut();
        Ports.release(port);
    }

    private static ServerSocket bindAnywhere() {
        for (int tries = 0; tries < PORT_TRIES; tries++) {
            int port = Ports.hold();
            try {
                return new ServerSocket(port, BACKLOG, Ports.LOOPBACK);
            } catch (IOException lostToSomebodyElse) {
                Ports.release(port);
            }
        }
        throw new ServerException(
                "Every port chosen was taken before the proxy could bind it (" + PORT_TRIES + " tries). Start again.");
    }

    /** Listens again on the same port, which may take a moment when the system still has a connection of before. */
    private synchronized void listen() {
        IOException[] taken = new IOException[1];
        boolean bound = Deadline.in(REBIND).await(() -> {
            try {
                listener = new ServerSocket(port, BACKLOG, Ports.LOOPBACK);
                return true;
            } catch (IOException failure) {
                taken[0] = failure;
                return false;
            }
        });
        ServerSocket socket = listener;
        if (!bound || socket == null) {
            throw new ServerException(
                    "The proxy lost its port: " + taken[0] + " (127.0.0.1:" + port + "). Start another.", taken[0]);
        }
        acceptor = start("keywright-proxy-" + port, () -> accept(socket));
    }

    /** A thread that waits in accept keeps the socket listening for an instant after its close. */
    private static void awaitEnd(Thread acceptor) {
        try {
            acceptor.join(ACCEPTOR.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                try {
                    Connection connection = new Connection(client, connect());
                    connections.add(connection);
                    connection.start();
                    if (closed) {
                        connection.close();
                    }
                } catch (IOException serverIsGone) {
                    closeQuietly(client);
                }
            }
        } catch (IOException refusing) {
            closeQuietly(socket);
        }
    }

    private Socket connect() throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(host, serverPort), 5_000);
            return server;
        } catch (IOException failure) {
            server.close();
            throw failure;
        }
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void closeQuietly(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception gone) {
            // Closed is closed.
        }
    }

    /** A client's connection and its continuation to the server. */
    private final class Connection {
        private final Socket client;
        private final Socket server;
        /** Requests forwarded so far; only the thread that forwards them uses it. */
        private long requests;
        /** How many of the requests the client may get an answer to. */
        private volatile long answerable = Long.MAX_VALUE;
        /** Whether a reply was swallowed, so that further ones would be taken for answers to the wrong requests. */
        private volatile boolean deaf;

        Connection(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void start() {
            FaultProxy.start("keywright-proxy-" + port + "-requests", () -> pump(this::pumpRequests));
            FaultProxy.start("keywright-proxy-" + port + "-replies", () -> pump(this::pumpReplies));
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }

        private interface Pump {
            void run() throws IOException;
        }

        private void pump(Pump pump) {
            try {
                pump.run();
            } catch (IOException broken) {
                // One end is gone, so the other goes too.
            } finally {
                close();
            }
        }

        private void pumpRequests() throws IOException {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            Frames frames = new Frames();
            byte[] buffer = new byte[16_384];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    if (frames.read(buffer[i])) {
                        request(frames.firstWord());
                    }
                }
                out.write(buffer, 0, read);
            }
        }

        private void request(String command) {
            Predicate<String> wanted = cutNext.get();
            if (answerable == Long.MAX_VALUE
                    && wanted != null
                    && wanted.test(command)
                    && cutNext.compareAndSet(wanted, null)) {
                answerable = requests;
            }
            requests++;
        }

        private void pumpReplies() throws IOException {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            Frames frames = new Frames();
            long replies = 0;
            byte[] buffer = new byte[16_384];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                boolean drop = dropReplies;
                Duration held = delay;
                if (!held.isZero() && !Deadline.in(held).pass()) {
                    return;
                }
                // Set before its request went to the server, so the answer cannot be in what was read earlier.
                long limit = answerable;
                int passed = 0;
                for (int i = 0; i < read && replies <= limit; i++) {
                    boolean ended = frames.read(buffer[i]);
                    if (ended && frames.type() != '>') {
                        replies++;
                    }
                    if (replies < limit || (replies == limit && ended)) {
                        passed = i + 1;
                    }
                }
                if (drop) {
                    deaf = true;
                } else if (passed > 0) {
                    out.write(buffer, 0, passed);
                }
                if (replies > limit) {
                    cuts.incrementAndGet();
                    return;
                }
            }
        }
    }
}
