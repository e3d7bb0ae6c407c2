package dev.keywright.ops.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread that speaks for many clients.
 * <ul>
 *   <li>Closed loop: a client sends so many commands as the pipeline is deep, and the next ones when all are answered.
 *   <li>Open loop: a command goes out when it is due, by the next client with room; when none has room it waits, and its latency
 *       counts from the moment it was due. Nothing needs to be stored for that: when each one is due follows from its number.
 *   <li>In a Cluster each client has a connection to every server it needs.
 *   <li>A connection that broke is opened anew by another thread; what was on its way is counted as lost.
 * </ul>
 */
final class Worker implements Runnable {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int FIRST_STAGED = 512;

    /**
     * What a worker does.
     *
     * @param intervalNanos from one command to the next in open loop; 0 for closed loop
     * @param sharded whether the slot of a key decides where a command goes
     * @param quota how many commands to send while it is measured
     * @param timeout how long to wait for an answer
     */
    record Orders(int clients, int pipeline, double intervalNanos, boolean sharded, long quota, Duration timeout) {}

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
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private final ArrayDeque<Client> withRoom = new ArrayDeque<>();
    private final ArrayList<Lane> dirty = new ArrayList<>();
    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] received = new byte[BUFFER_BYTES];
    private volatile boolean measured;
    private volatile boolean stopped;
    private volatile boolean finished;
    private volatile long finishedNanos;
    private boolean measuring;
    private long measuringSince;
    private long now;
    private long sent;
    private long scheduleStart;
    private long scheduled;
    private int alikeCommand;
    private long alikeSince;
    private int alike;

    Worker(Orders orders, Routes routes, Encoder encoder, Tally tally, Connector connector) throws IOException {
        this.orders = orders;
        this.routes = routes;
        this.encoder = encoder;
        this.tally = tally;
        this.connector = connector;
        this.selector = Selector.open();
        for (int i = 0; i < orders.clients(); i++) {
            clients.add(new Client());
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
        news.add(() -> lane.connect(link));
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
            scheduleStart = now;
            clients.forEach(this::ready);
            flush();
            long look = now + LOOK_NANOS;
            while (!stopped && !finished) {
                await(look);
                now = System.nanoTime();
                if (measured && !measuring) {
                    beginToMeasure();
                }
                for (Runnable each = news.poll(); each != null; each = news.poll()) {
                    each.run();
                }
                if (orders.intervalNanos() > 0) {
                    sendWhatIsDue();
                }
                flush();
                if (now >= look) {
                    clients.forEach(Client::giveUpWhatTakesTooLong);
                    look = now + LOOK_NANOS;
                }
                if (isDone()) {
                    finish();
                }
            }
        } catch (IOException e) {
            tally.failed(String.valueOf(e.getMessage()), 1);
        } finally {
            countWhatWasNotSent();
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
        boolean paced = orders.intervalNanos() > 0 && !withRoom.isEmpty();
        long millis = TimeUnit.NANOSECONDS.toMillis(
                paced ? Math.min(look, due()) - System.nanoTime() : Math.max(look - now, LEAST_NANOS));
        if (millis > 0) {
            selector.select(this::selected, millis);
        } else {
            // Less than the shortest sleep: an operation that is due must not wait for one.
            selector.selectNow(this::selected);
        }
    }

    /** What the warm-up left behind is not measured: the schedule begins anew. */
    private void beginToMeasure() {
        measuring = true;
        measuringSince = now;
        scheduleStart = now;
        scheduled = 0;
    }

    private boolean isDone() {
        return sent >= orders.quota() && clients.stream().allMatch(client -> client.open == 0);
    }

    private void close() {
        clients.forEach(Client::close);
        try {
            selector.close();
        } catch (IOException closedAnyway) {
            // Nothing depends on it.
        }
    }

    // --- what to send, and when

    private long due() {
        return scheduleStart + (long) (scheduled * orders.intervalNanos());
    }

    private void sendWhatIsDue() {
        skipWhatIsOverdue();
        while (!withRoom.isEmpty() && due() <= now && sent < orders.quota()) {
            Client client = withRoom.remove();
            client.offered = false;
            long due = due();
            scheduled++;
            if (measuring) {
                tally.late(now - due);
            }
            client.send(due);
            client.offerRoom();
        }
    }

    /** What waited longer than anybody waits for an answer is not sent at all. */
    private void skipWhatIsOverdue() {
        long overdueNanos = now - orders.timeout().toNanos() - due();
        if (overdueNanos > 0) {
            long skipped = (long) Math.ceil(overdueNanos / orders.intervalNanos());
            scheduled += skipped;
            if (measuring) {
                tally.overdue(skipped);
            }
        }
    }

    /** In open loop: what was due before the end and stayed behind. */
    private void countWhatWasNotSent() {
        if (orders.intervalNanos() > 0 && measuring && sent < orders.quota()) {
            long due = (long) ((now - scheduleStart) / orders.intervalNanos());
            tally.overdue(Math.max(0, due - scheduled));
        }
    }

    /** A client all of whose commands were answered, or one that has room again. */
    private void ready(Client client) {
        if (orders.intervalNanos() > 0) {
            client.offerRoom();
        } else if (client.open == 0) {
            long most = Math.min(orders.pipeline(), orders.quota() - sent);
            for (long i = 0; i < most; i++) {
                client.send(now);
            }
        }
    }

    /** Commands of one batch were sent and answered together: they are recorded together. */
    private void answered(int command, long since) {
        if (command != alikeCommand || since != alikeSince) {
            recordAlike();
            alikeCommand = command;
            alikeSince = since;
        }
        alike++;
    }

    private void recordAlike() {
        if (alike > 0) {
            tally.answered(alikeCommand, now - alikeSince, alike);
            alike = 0;
        }
    }

    private void flush() {
        // Not an iterator: a lane that fails lets its client send again, which adds to the list.
        for (int i = 0; i < dirty.size(); i++) {
            Lane lane = dirty.get(i);
            lane.isDirty = false;
            lane.write();
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

    /** One client; it waits for its own answers only. */
    private final class Client {

        private Lane[] lanes = new Lane[0];
        private int open;
        private boolean offered;

        void send(long since) {
            encoder.clear();
            int command = encoder.next();
            lane(routes.owner(orders.sharded() ? encoder.slot() : 0)).send(command, since);
            open++;
            if (measuring) {
                sent++;
            }
        }

        private Lane lane(int node) {
            if (node >= lanes.length) {
                lanes = Arrays.copyOf(lanes, node + 1);
            }
            Lane lane = lanes[node];
            if (lane == null) {
                lane = new Lane(this, node);
                lanes[node] = lane;
                connector.open(Worker.this, lane);
            }
            return lane;
        }

        void offerRoom() {
            if (!offered && open < orders.pipeline()) {
                offered = true;
                withRoom.add(this);
            }
        }

        void giveUpWhatTakesTooLong() {
            for (Lane lane : lanes) {
                if (lane != null
                        && lane.isWaiting()
                        && now - lane.progress > orders.timeout().toNanos()) {
                    lane.fail("timeout");
                }
            }
        }

        void close() {
            for (Lane lane : lanes) {
                if (lane != null && lane.link != null) {
                    lane.link.close();
                }
            }
        }
    }

    /** What one client has to do with one server: commands to send, commands to be answered. */
    final class Lane implements ReplyCount.Sink {

        private final Client client;
        private final int node;
        private final int[] commands;
        private final long[] since;
        private final int mask;
        private @Nullable Link link;
        private @Nullable SelectionKey key;
        private ReplyCount replies = new ReplyCount();
        private byte[] staged = new byte[FIRST_STAGED];
        private int stagedFrom;
        private int stagedEnd;
        private int head;
        private int tail;
        private boolean isDirty;
        private long progress;

        Lane(Client client, int node) {
            this.client = client;
            this.node = node;
            int room = Integer.highestOneBit(Math.max(1, orders.pipeline() * 2 - 1));
            this.commands = new int[room];
            this.since = new long[room];
            this.mask = room - 1;
        }

        int node() {
            return node;
        }

        boolean isWaiting() {
            return head != tail;
        }

        /** Takes the command that the encoder holds. */
        void send(int command, long started) {
            if (head == tail) {
                progress = now;
            }
            commands[tail & mask] = command;
            since[tail & mask] = started;
            tail++;
            int length = encoder.length();
            if (stagedEnd + length > staged.length) {
                staged = Arrays.copyOf(staged, Math.max(stagedEnd + length, staged.length * 2));
            }
            System.arraycopy(encoder.bytes(), 0, staged, stagedEnd, length);
            stagedEnd += length;
            if (!isDirty) {
                isDirty = true;
                dirty.add(this);
            }
        }

        void connect(Link opened) {
            if (stopped || link != null) {
                opened.close();
                return;
            }
            link = opened;
            try {
                key = opened.socket().register(selector, SelectionKey.OP_READ, this);
            } catch (IOException e) {
                fail("connection lost");
                return;
            }
            progress = now;
            write();
        }

        void write() {
            if (link == null || stagedEnd == stagedFrom) {
                return;
            }
            try {
                boolean takesMore = true;
                while (stagedFrom < stagedEnd && takesMore) {
                    int piece = Math.min(stagedEnd - stagedFrom, outgoing.capacity());
                    outgoing.clear();
                    outgoing.put(staged, stagedFrom, piece).flip();
                    int written = link.bytes().write(outgoing);
                    stagedFrom += written;
                    takesMore = written == piece;
                }
                if (stagedFrom == stagedEnd) {
                    stagedFrom = 0;
                    stagedEnd = 0;
                }
                waitForRoom(!takesMore);
            } catch (IOException e) {
                fail("connection lost");
            }
        }

        private void waitForRoom(boolean full) {
            if (key != null) {
                int wanted = full ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
                if (key.interestOps() != wanted) {
                    key.interestOps(wanted);
                }
            }
        }

        void read() {
            try {
                int length;
                do {
                    if (link == null) {
                        return;
                    }
                    incoming.clear();
                    length = link.bytes().read(incoming);
                    if (length < 0) {
                        throw new EOFException();
                    }
                    now = System.nanoTime();
                    progress = now;
                    incoming.flip().get(received, 0, length);
                    replies.feed(received, length, this);
                    recordAlike();
                } while (length == received.length);
            } catch (IOException e) {
                fail("connection lost");
                return;
            }
            ready(client);
        }

        @Override
        public void reply(boolean error) {
            if (head == tail) {
                return;
            }
            int command = commands[head & mask];
            long started = since[head & mask];
            head++;
            client.open--;
            if (error) {
                refused(replies.error());
            } else if (measuring && started >= measuringSince) {
                answered(command, started);
            }
        }

        private void refused(String text) {
            if (measuring) {
                tally.refused(text);
            }
            if (text.startsWith("MOVED ") || text.startsWith("READONLY ") || text.startsWith("CLUSTERDOWN ")) {
                routes.doubt();
            }
        }

        /** Gives up what is on its way here, and asks for a new connection. */
        void fail(String why) {
            int lost = tail - head;
            head = tail;
            client.open -= lost;
            if (measuring && lost > 0) {
                tally.failed(why, lost);
            }
            if (link != null) {
                link.close();
                link = null;
            }
            key = null;
            stagedFrom = 0;
            stagedEnd = 0;
            replies = new ReplyCount();
            routes.doubt();
            connector.open(Worker.this, this);
            ready(client);
        }
    }
}
