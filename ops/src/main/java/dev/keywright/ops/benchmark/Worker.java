package dev.keywright.ops.benchmark;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * One thread that speaks for many clients.
 * <ul>
 *   <li>Closed loop: a client sends so many commands as the pipeline is deep, and the next ones when all are answered.
 *   <li>Open loop: a command goes out when it is due, by the next client with room; when none has room it waits, and its latency
 *       counts from the moment it was due. Nothing needs to be stored for that: when each one is due follows from its number.
 *   <li>A connection that broke is opened anew by another thread; what was on its way is counted as lost.
 * </ul>
 */
final class Worker implements Runnable {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * What a worker does.
     *
     * @param intervalNanos from one command to the next in open loop; 0 for closed loop
     * @param sharded whether the slot of a key decides where a command goes
     * @param quota how many commands to send while it is measured
     * @param timeout how long to wait for an answer
     */
    record Orders(int clients, int pipeline, double intervalNanos, boolean sharded, long quota, Duration timeout) {

        /** Whether it is an open loop. */
        boolean isPaced() {
            return intervalNanos > 0;
        }
    }

    /** Opens connections in another thread. */
    interface Connector {
        /** Tries, sooner or later, and tells {@link Worker#opened} or {@link Worker#unreachable}. */
        void open(Worker worker, Lane lane);
    }

    private final Orders orders;
    private final Routes routes;
    private final Encoder encoder;
    private final Tally tally;
    private final Connector connector;
    private final Schedule schedule;
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private final ArrayDeque<Client> withRoom = new ArrayDeque<>();
    private final ArrayList<Lane> dirty = new ArrayList<>();
    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private final Buffers buffers = new Buffers();
    private volatile boolean measured;
    private volatile boolean stopped;
    private volatile boolean finished;
    private volatile long finishedNanos;
    private long now;
    private long sent;

    Worker(Orders orders, Routes routes, Encoder encoder, Tally tally, Connector connector) throws IOException {
        this.orders = orders;
        this.routes = routes;
        this.encoder = encoder;
        this.tally = tally;
        this.connector = connector;
        this.schedule = new Schedule(orders.intervalNanos(), orders.timeout(), tally);
        this.selector = Selector.open();
        for (int i = 0; i < orders.clients(); i++) {
            clients.add(new Client(this, orders.pipeline()));
        }
    }

    /** From now on it counts. */
    void measure() {
        measured = true;
        selector.wakeup();
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }

    /** Whether all it was to send is answered. */
    boolean isFinished() {
        return finished;
    }

    /** When that was, by the clock of {@link System#nanoTime}. */
    long finishedNanos() {
        return finishedNanos;
    }

    Tally tally() {
        return tally;
    }

    /** A connection is there; called by any thread. */
    void opened(Lane lane, Link link) {
        news.add(() -> {
            if (stopped) {
                link.close();
            } else {
                lane.connect(link);
            }
        });
        selector.wakeup();
    }

    /** There is none; called by any thread. */
    void unreachable(Lane lane) {
        news.add(() -> lane.fail("no connection"));
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            now = System.nanoTime();
            schedule.begin(now);
            clients.forEach(this::ready);
            flush();
            long look = now + LOOK_NANOS;
            while (!stopped && !finished) {
                await(look);
                now = System.nanoTime();
                if (measured && !tally.counts()) {
                    beginToMeasure();
                }
                for (Runnable each = news.poll(); each != null; each = news.poll()) {
                    each.run();
                }
                if (orders.isPaced()) {
                    sendWhatIsDue();
                }
                flush();
                if (now >= look) {
                    long since = now - orders.timeout().toNanos();
                    clients.forEach(client -> client.giveUpWhatWaitsSince(since));
                    look = now + LOOK_NANOS;
                }
                if (isDone()) {
                    finish();
                }
            }
        } catch (IOException e) {
            tally.broken(String.valueOf(e.getMessage()));
        } finally {
            if (orders.isPaced() && sent < orders.quota()) {
                schedule.end(now);
            }
            if (!finished) {
                finish();
            }
            close();
        }
    }

    private void finish() {
        finishedNanos = System.nanoTime();
        finished = true;
    }

    private void await(long look) throws IOException {
        boolean paced = orders.isPaced() && !withRoom.isEmpty();
        long millis = TimeUnit.NANOSECONDS.toMillis(
                paced ? Math.min(look, schedule.due()) - System.nanoTime() : Math.max(look - now, LEAST_NANOS));
        if (millis > 0) {
            selector.select(this::selected, millis);
        } else {
            // Less than the shortest sleep: an operation that is due must not wait for one.
            selector.selectNow(this::selected);
        }
    }

    /** What the warm-up left behind is not measured: the schedule begins anew. */
    private void beginToMeasure() {
        tally.begin(now);
        schedule.begin(now);
    }

    private boolean isDone() {
        return sent >= orders.quota() && clients.stream().allMatch(Client::isIdle);
    }

    private void close() {
        clients.forEach(Client::close);
        try {
            selector.close();
        } catch (IOException closedAnyway) {
            // Nothing depends on it.
        }
    }

    // --- what to send

    private void sendWhatIsDue() {
        schedule.skipWhatIsOverdue(now);
        while (!withRoom.isEmpty() && schedule.due() <= now && sent < orders.quota()) {
            Client client = withRoom.remove();
            client.taken();
            send(client, schedule.take(now));
            offer(client);
        }
    }

    /** A client all of whose commands were answered, or one that has room again. */
    void ready(Client client) {
        if (orders.isPaced()) {
            offer(client);
        } else if (client.isIdle()) {
            long most = Math.min(orders.pipeline(), orders.quota() - sent);
            for (long i = 0; i < most; i++) {
                send(client, now);
            }
        }
    }

    private void offer(Client client) {
        if (client.offers()) {
            withRoom.add(client);
        }
    }

    private void send(Client client, long since) {
        encoder.clear();
        int command = encoder.next();
        client.send(routes.owner(orders.sharded() ? encoder.slot() : 0), command, since);
        if (tally.counts()) {
            sent++;
        }
    }

    private void flush() {
        // Not an iterator: a lane that fails lets its client send again, which adds to the list.
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
    }

    private void selected(SelectionKey key) {
        Lane lane = (Lane) key.attachment();
        if (key.isValid() && key.isWritable()) {
            lane.write();
        }
        if (key.isValid() && key.isReadable()) {
            lane.read();
        }
    }

    // --- what its lanes need of it

    /** When something last happened. */
    long now() {
        return now;
    }

    /** Something happens now. */
    long tick() {
        now = System.nanoTime();
        return now;
    }

    Encoder encoder() {
        return encoder;
    }

    Buffers buffers() {
        return buffers;
    }

    void toFlush(Lane lane) {
        dirty.add(lane);
    }

    void connect(Lane lane) {
        connector.open(this, lane);
    }

    SelectionKey register(Lane lane, Link link) throws IOException {
        return link.socket().register(selector, SelectionKey.OP_READ, lane);
    }

    /** A lane has no connection any more. */
    void lost(Lane lane) {
        routes.doubt();
        connect(lane);
    }

    /** An error reply came. */
    void refused(String text) {
        tally.refused(text);
        if (text.startsWith("MOVED ") || text.startsWith("READONLY ") || text.startsWith("CLUSTERDOWN ")) {
            routes.doubt();
        }
    }
}
