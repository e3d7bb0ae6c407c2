package dev.keywright.ops.benchmark;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one client has to do with one server: commands to send, commands to be answered. For the thread of its worker alone. */
final class Lane implements ReplyCount.Sink {

    private static final int FIRST_STAGED = 512;

    private final Worker worker;
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

    Lane(Worker worker, Client client, int node, int pipeline) {
        this.worker = worker;
        this.client = client;
        this.node = node;
        int room = Integer.highestOneBit(Math.max(1, pipeline * 2 - 1));
        this.commands = new int[room];
        this.since = new long[room];
        this.mask = room - 1;
    }

    int node() {
        return node;
    }

    /** Takes the command that the encoder holds. */
    void send(int command, long started) {
        if (head == tail) {
            progress = worker.now();
        }
        commands[tail & mask] = command;
        since[tail & mask] = started;
        tail++;
        Encoder encoder = worker.encoder();
        int length = encoder.length();
        if (stagedEnd + length > staged.length) {
            staged = Arrays.copyOf(staged, Math.max(stagedEnd + length, staged.length * 2));
        }
        System.arraycopy(encoder.bytes(), 0, staged, stagedEnd, length);
        stagedEnd += length;
        if (!isDirty) {
            isDirty = true;
            worker.toFlush(this);
        }
    }

    void connect(Link opened) {
        if (link != null) {
            opened.close();
            return;
        }
        link = opened;
        try {
            key = worker.register(this, opened);
        } catch (IOException e) {
            fail("connection lost");
            return;
        }
        progress = worker.now();
        write();
    }

    void flush() {
        isDirty = false;
        write();
    }

    void write() {
        if (link == null || stagedEnd == stagedFrom) {
            return;
        }
        try {
            stagedFrom += worker.buffers().write(link, staged, stagedFrom, stagedEnd);
            boolean full = stagedFrom < stagedEnd;
            if (!full) {
                stagedFrom = 0;
                stagedEnd = 0;
            }
            waitForRoom(full);
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
        Buffers buffers = worker.buffers();
        try {
            int length;
            do {
                if (link == null) {
                    return;
                }
                length = buffers.read(link);
                progress = worker.tick();
                replies.feed(buffers.received(), length, this);
                worker.tally().recordAnswers(progress);
            } while (length == buffers.received().length);
        } catch (IOException e) {
            fail("connection lost");
            return;
        }
        worker.ready(client);
    }

    @Override
    public void reply(boolean error) {
        if (head == tail) {
            return;
        }
        int command = commands[head & mask];
        long started = since[head & mask];
        head++;
        client.settled(1);
        if (error) {
            worker.refused(replies.error());
        } else {
            worker.tally().answered(command, started, progress);
        }
    }

    void giveUpWhatWaitsSince(long moment) {
        if (head != tail && progress < moment) {
            fail("timeout");
        }
    }

    /** Gives up what is on its way here, and asks for a new connection. */
    void fail(String why) {
        int lost = tail - head;
        head = tail;
        client.settled(lost);
        worker.tally().failed(why, lost);
        close();
        link = null;
        key = null;
        stagedFrom = 0;
        stagedEnd = 0;
        replies = new ReplyCount();
        worker.lost(this);
        worker.ready(client);
    }

    void close() {
        if (link != null) {
            link.close();
        }
    }
}
