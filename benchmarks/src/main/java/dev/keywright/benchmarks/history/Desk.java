package dev.keywright.benchmarks.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.benchmarks.history.History.Told;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Where all {@link Worker}s tell what they do: it hears one after the other, passes writes on to the resource, and knows when a hold is
 * over although its holder may not. In the middle of a hold it lets a fault befall the process.
 */
final class Desk implements AutoCloseable {

    private static final class Holding {

        private final String lock;
        private final long number;
        private final long token;
        private boolean outlived;

        Holding(String lock, long number, long token) {
            this.lock = lock;
            this.number = number;
            this.token = token;
        }
    }

    private static final class Ambush {

        private final IntPredicate fault;
        private final CompletableFuture<Integer> caught = new CompletableFuture<>();

        Ambush(IntPredicate fault) {
            this.fault = fault;
        }

        /** Whether it is over. */
        synchronized boolean spring(int seat) {
            return caught.isDone() || fault.test(seat) && caught.complete(seat);
        }

        synchronized OptionalInt end() {
            return caught.cancel(false) ? OptionalInt.empty() : OptionalInt.of(caught.join());
        }
    }

    private static final Duration AMBUSH = Duration.ofSeconds(5);

    private final Kind kind;
    private final Duration lease;
    private final Resource resource;
    private final Predicate<String> isGone;
    private final ServerSocket server;
    private final List<Told> told = new ArrayList<>();
    private final Map<String, Holding> highest = new ConcurrentHashMap<>();
    private final Queue<Ambush> ambushes = new ConcurrentLinkedQueue<>();
    private final AtomicLong holdNumbers = new AtomicLong();
    private final AtomicInteger workers = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger outlived = new AtomicInteger();
    private final AtomicInteger stuck = new AtomicInteger();
    private final AtomicLong longestWait = new AtomicLong();
    private volatile long lossAt = System.nanoTime() - Duration.ofHours(1).toNanos();
    private volatile boolean closing;

    /** @param isGone whether the server says that it has no such key; false where it cannot be asked */
    Desk(Kind kind, Duration lease, Resource resource, Predicate<String> isGone) throws IOException {
        this.kind = kind;
        this.lease = lease;
        this.resource = resource;
        this.isGone = isGone;
        this.server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "desk");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /**
     * Waits for a process that works under a lock, and lets this befall it, given its seat, unless it answers that it will not.
     *
     * @return the seat; empty when there was none for a while
     */
    OptionalInt ambush(IntPredicate fault) throws InterruptedException {
        Ambush ambush = new Ambush(fault);
        ambushes.add(ambush);
        try {
            return OptionalInt.of(ambush.caught.get(AMBUSH.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException nobodyCame) {
            ambushes.remove(ambush);
            return ambush.end();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Redis loses now what it was told last, or all; nobody can know until the leases of before are over, so holds may be held twice. */
    void redisLoses() {
        lossAt = System.nanoTime();
        highest.clear();
    }

    /** Who asks from now on is told to stop. */
    void stopAll() {
        closing = true;
    }

    int refused() {
        return refused.get();
    }

    int outlived() {
        return outlived.get();
    }

    int stuck() {
        return stuck.get();
    }

    Duration longestWait() {
        return Duration.ofNanos(longestWait.get());
    }

    int holds() {
        return (int) holdNumbers.get();
    }

    synchronized List<Told> told() {
        return new ArrayList<>(told);
    }

    private synchronized void hear(Told one) {
        told.add(one);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void serve(Socket socket) {
        int worker = workers.incrementAndGet();
        try (socket;
                BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            socket.setTcpNoDelay(true);
            Session session = new Session(worker);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String answer = session.answer(line.split(" "));
                socket.getOutputStream().write((answer + "\n").getBytes(US_ASCII));
            }
        } catch (IOException killed) {
            // it was
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With one thread of a process, which has one hold at a time. */
    private final class Session {

        private final int worker;
        private int seat;
        private long askedAt;
        private Holding hold = new Holding("", 0, 0);

        Session(int worker) {
            this.worker = worker;
        }

        String answer(String[] words) throws SQLException {
            return switch (words[0]) {
                case "hello" -> {
                    seat = Integer.parseInt(words[1]);
                    yield "welcome";
                }
                case "ask" -> ask(words[1]);
                case "granted" -> granted(words[1], Long.parseLong(words[2]));
                case "work" -> {
                    befall();
                    yield "go on";
                }
                case "write" -> write();
                case "over" -> isOver(hold) ? "yes" : "no";
                case "outlived" -> {
                    if (!hold.outlived) {
                        hold.outlived = true;
                        outlived.incrementAndGet();
                    }
                    yield "noted";
                }
                case "stuck" -> {
                    stuck.incrementAndGet();
                    yield "noted";
                }
                default -> throw new IllegalArgumentException(words[0]);
            };
        }

        private String ask(String lock) {
            if (closing) {
                return "stop";
            }
            hear(new Told.Asked(lock, worker));
            askedAt = System.nanoTime();
            return "go";
        }

        private String granted(String lock, long token) {
            longestWait.accumulateAndGet(System.nanoTime() - askedAt, Math::max);
            synchronized (Desk.this) { // without tokens the order of holds is that of their numbers
                hold = new Holding(lock, holdNumbers.incrementAndGet(), token);
                hear(new Told.Granted(lock, worker, hold.number, token));
            }
            highest.merge(lock, hold, (top, other) -> other.token > top.token ? other : top);
            return "use it";
        }

        private void befall() {
            Ambush ambush = ambushes.poll();
            if (ambush != null && !ambush.spring(seat)) {
                ambushes.add(ambush);
            }
        }

        private String write() throws SQLException {
            if (resource.write(new Resource.Row(hold.lock, hold.number, hold.token))) {
                return "accepted";
            }
            refused.incrementAndGet();
            return "refused";
        }
    }

    /** Whether the hold has ended for sure, though it was not released: a later one was granted, or the server has nothing of it. */
    private boolean isOver(Holding hold) {
        if (System.nanoTime() - lossAt < 2 * lease.toNanos()) {
            return false;
        }
        Holding top = highest.get(hold.lock);
        boolean later = kind.tokens && top != null && top.token > hold.token && top.number > hold.number;
        return later || isGone.test(kind.key(hold.lock));
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
