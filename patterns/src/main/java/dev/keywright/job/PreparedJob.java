package dev.keywright.job;

import dev.keywright.connection.Command;

/**
 * A job that is put in together with other writes: in a script of one's own {@code redis.call('RPUSH', KEYS[n], ARGV[m])} with
 * {@link #inbox()} and {@link #entry()}, in MULTI or a pipeline {@link #command()}. On a Cluster the other keys need the hash tag of the
 * queue, which is its name. A worker sees it at once; {@link JobOptions#maxWaiting()} does not count here.
 */
public final class PreparedJob {

    private final String id;
    private final byte[] inbox;
    private final byte[] entry;

    PreparedJob(String id, byte[] inbox, byte[] entry) {
        this.id = id;
        this.inbox = inbox;
        this.entry = entry;
    }

    /** Of the job, for {@link JobQueue#find} once a worker has seen it. */
    public String id() {
        return id;
    }

    /** The key of the list it goes to. */
    public byte[] inbox() {
        return inbox.clone();
    }

    /** What is pushed there. */
    public byte[] entry() {
        return entry.clone();
    }

    /** Puts it in by itself. */
    public Command command() {
        return Command.named("RPUSH").key(inbox).argument(entry).buildRepeatable();
    }
}
