package dev.keywright.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * Every node is announced at the port of a gate before it, so whatever others send to it passes here. Who is speaking shows in the
 * address: node i connects from 127.0.0.(10 + i) (directive bind-source-addr), clients from any other. A part of the network that
 * is cut does not forward: bytes stay where they are, in the buffers of the two systems' sockets, and new connections are accepted,
 * as a backlog would, and go no further. Nothing is closed, so neither side learns of it but by waiting.
 */
/**
 * The network between the nodes of a topology that was started with {@link ServerOptions#withPartitions()}, which can be cut as real
 * ones are: without a word, bytes and new connections simply hang.
 * <ul>
 *   <li>Threads: one for all connections; any thread may call any method.
 *   <li>Cost: one more hop, some 30 microseconds, for clients that use the addresses of URIs and of CLUSTER SLOTS.
 *   <li>{@link Redis#command} and the other methods of this library go past it and reach a node however it is cut off.
 * </ul>
 */
public final class Network {

    private static final int FIRST_ADDRESS = 10;
    private static final int MOST_NODES = 200;
    private static final int BACKLOG = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int BUFFER = 65_536;
    /** In the place of a node's index. */
    private static final int CLIENT = -1;

    private record Gate(int node, int port) {}

    private final Selector selector;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final Map<Integer, Integer> nodesByPort = new ConcurrentHashMap<>();
    private final Set<Set<Integer>> cuts = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<Link> links = new HashSet<>();
    private final Thread thread;
    private volatile boolean closed;

    Network() {
        try {
            selector = Selector.open();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        thread = new Thread(this::run, "keywright-network");
        thread.setDaemon(true);
        thread.start();
    }

    /** What a node's configuration says so that it speaks from its own address and is found at its gate. */
    static List<String> lines(Seat seat, Topology topology, boolean tls) {
        List<String> lines = new ArrayList<>();
        lines.add("bind-source-addr 127.0.0." + (FIRST_ADDRESS + seat.index()));
        if (seat.sentinel()) {
            lines.add("sentinel announce-ip 127.0.0.1");
            lines.add("sentinel announce-port " + seat.port());
        } else {
            lines.add("replica-announce-ip 127.0.0.1");
            lines.add("replica-announce-port " + seat.port());
        }
        if (topology == Topology.CLUSTER) {
            lines.add((tls ? "cluster-announce-tls-port " : "cluster-announce-port ") + seat.port());
            lines.add("cluster-announce-bus-port " + (seat.port() + Ports.BUS_OFFSET));
        }
        return lines;
    }

    /** Opens the gate of a node at its seat's port; false when the port is taken. */
    boolean add(Seat seat, int serverPort, boolean bus) {
        if (seat.index() >= MOST_NODES) {
            throw new IllegalArgumentException("Partitions are for " + MOST_NODES + " nodes at most. Start fewer.");
        }
        nodesByPort.put(seat.port(), seat.index());
        return open(seat.port(), new Gate(seat.index(), serverPort))
                && (!bus
                        || open(seat.port() + Ports.BUS_OFFSET, new Gate(seat.index(), serverPort + Ports.BUS_OFFSET)));
    }

    private boolean open(int port, Gate gate) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listeners.add(listener);
            listener.bind(new InetSocketAddress(Ports.LOOPBACK, port), BACKLOG);
            listener.configureBlocking(false);
            inThread(() -> register(listener, SelectionKey.OP_ACCEPT, gate));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Nothing passes between the two any more, in either direction. */
    public void cut(Standalone one, Standalone other) {
        cuts.add(Set.of(index(one), index(other)));
        settle();
    }

    /** Nothing passes any more between the node and all other nodes and, if so told, its clients. */
    public void isolate(Standalone node, boolean fromClientsToo) {
        int alone = index(node);
        for (int other : nodesByPort.values()) {
            if (other != alone) {
                cuts.add(Set.of(alone, other));
            }
        }
        if (fromClientsToo) {
            cuts.add(Set.of(alone, CLIENT));
        }
        settle();
    }

    /** Everything passes again; what was held back arrives now. */
    public void heal() {
        cuts.clear();
        settle();
    }

    void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int index(Standalone node) {
        Integer index = nodesByPort.get(node.port());
        if (index == null) {
            throw new IllegalArgumentException(node + " is no node of this network. Name one of its own.");
        }
        return index;
    }

    private boolean severed(int one, int other) {
        return one != other && cuts.contains(Set.of(one, other));
    }

    /** Applies the cuts to every connection, and returns when that is done. */
    private void settle() {
        CountDownLatch done = new CountDownLatch(1);
        inThread(() -> {
            List.copyOf(links).forEach(Link::begin);
            done.countDown();
        });
        try {
            if (!done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ServerException("The network between the nodes is closed. Start new ones.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void inThread(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            links.forEach(Link::closeChannels);
            listeners.forEach(Network::closeQuietly);
            closeQuietly(selector);
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.attachment() instanceof Gate gate) {
                accept((ServerSocketChannel) key.channel(), gate);
            } else if (key.attachment() instanceof Link link) {
                link.move();
            }
        } catch (CancelledKeyException gone) {
            // The other end of the same link closed both.
        }
    }

    private void accept(ServerSocketChannel listener, Gate gate) {
        try {
            for (SocketChannel from = listener.accept(); from != null; from = listener.accept()) {
                admit(from, gate);
            }
        } catch (IOException lost) {
            // Whoever knocked is gone.
        }
    }

    private void admit(SocketChannel from, Gate gate) {
        try {
            Link link = new Link(from, gate);
            links.add(link);
            link.begin();
        } catch (IOException gone) {
            closeQuietly(from);
        }
    }

    private @Nullable SelectionKey register(SelectableChannel channel, int interest, Object attached) {
        try {
            return channel.register(selector, interest, attached);
        } catch (IOException closedMeanwhile) {
            return null;
        }
    }

    private static void closeQuietly(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception gone) {
            // Closed is closed.
        }
    }

    /** One connection to a gate and, once it may, its continuation to the server behind. */
    private final class Link {
        private final SocketChannel from;
        private final Gate gate;
        private final int speaker;
        private final ByteBuffer there = ByteBuffer.allocate(BUFFER);
        private final ByteBuffer back = ByteBuffer.allocate(BUFFER);
        private @Nullable SocketChannel to;
        private @Nullable SelectionKey fromKey;
        private @Nullable SelectionKey toKey;
        private boolean fromEnded;
        private boolean toEnded;

        Link(SocketChannel from, Gate gate) throws IOException {
            this.from = from;
            this.gate = gate;
            from.configureBlocking(false);
            from.socket().setTcpNoDelay(true);
            int last =
                    ((InetSocketAddress) from.getRemoteAddress()).getAddress().getAddress()[3] & 0xff;
            int index = last - FIRST_ADDRESS;
            this.speaker = nodesByPort.containsValue(index) ? index : CLIENT;
        }

        /** Does what the state of the network allows: connects, forwards, or rests. */
        void begin() {
            try {
                if (to == null && !severed(speaker, gate.node())) {
                    SocketChannel server = SocketChannel.open();
                    to = server;
                    server.configureBlocking(false);
                    server.socket().setTcpNoDelay(true);
                    server.connect(new InetSocketAddress(Ports.LOOPBACK, gate.port()));
                    toKey = register(server, 0, this);
                    fromKey = register(from, 0, this);
                }
                move();
            } catch (IOException refused) {
                close();
            }
        }

        void move() {
            SocketChannel server = to;
            if (server == null || severed(speaker, gate.node())) {
                interest(fromKey, 0);
                interest(toKey, 0);
                return;
            }
            try {
                if (server.isConnectionPending() && !server.finishConnect()) {
                    interest(toKey, SelectionKey.OP_CONNECT);
                    return;
                }
                fromEnded |= pass(from, there, server);
                toEnded |= pass(server, back, from);
                if ((fromEnded && there.position() == 0) || (toEnded && back.position() == 0)) {
                    close();
                    return;
                }
                interest(fromKey, wanted(fromEnded, there, back));
                interest(toKey, wanted(toEnded, back, there));
            } catch (IOException broken) {
                close();
            }
        }

        /** Reads what is there and writes what can be written; true when no more will come. */
        private boolean pass(SocketChannel source, ByteBuffer buffer, SocketChannel sink) throws IOException {
            boolean ended = buffer.hasRemaining() && source.read(buffer) < 0;
            buffer.flip();
            sink.write(buffer);
            buffer.compact();
            return ended;
        }

        /** Read while there is room for it, write while something waits. */
        private int wanted(boolean ended, ByteBuffer read, ByteBuffer written) {
            int reading = !ended && read.hasRemaining() ? SelectionKey.OP_READ : 0;
            return reading | (written.position() > 0 ? SelectionKey.OP_WRITE : 0);
        }

        private void interest(@Nullable SelectionKey key, int operations) {
            if (key != null && key.isValid()) {
                key.interestOps(operations);
            }
        }

        private void close() {
            links.remove(this);
            closeChannels();
        }

        void closeChannels() {
            closeQuietly(from);
            SocketChannel server = to;
            if (server != null) {
                closeQuietly(server);
            }
        }
    }
}
