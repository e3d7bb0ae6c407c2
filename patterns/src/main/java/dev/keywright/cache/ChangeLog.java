package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of one cache that are on their way to the database, in Redis beside the values. Keys are spread over partitions, each in a
 * hash slot of its own: {@code cache:<name>:{p7}:<text>} for values, {@code cache:<name>!{p7}:<part>} for the log. All that is asked here
 * may be asked twice. Threads: any number.
 */
final class ChangeLog {

    private static final Script TAKE = Script.beside(ChangeLog.class, "take.lua");
    private static final Script ACKNOWLEDGE = Script.beside(ChangeLog.class, "acknowledge.lua");
    private static final Script POSTPONE = Script.beside(ChangeLog.class, "postpone.lua");
    private static final Script BURY = Script.beside(ChangeLog.class, "bury.lua");
    private static final Script REDRIVE = Script.beside(ChangeLog.class, "redrive.lua");
    private static final Script LEASE = Script.beside(ChangeLog.class, "lease.lua");
    private static final Script BACKLOG = Script.beside(ChangeLog.class, "backlog.lua");

    private static final int BATCH_BYTES = 8 << 20;
    private static final int MOST_ATTEMPTS = 255;

    /**
     * What a partition handed out.
     *
     * @param mine whether the lease is this process's
     * @param waitMillis until somebody else's lease ends, or until a change is due; -1 when none waits
     * @param depth changes that wait
     */
    record Taken(boolean mine, long waitMillis, long depth, List<Pending> changes) {}

    /** What a partition holds. */
    record Size(long depth, long oldestMillis, long dead) {}

    /** A change laid aside. */
    record Dead(Pending change, String cause) {}

    /** The keys of a partition. */
    static final class Keys {
        final byte[] owner;
        final byte[] changes;
        final byte[] due;
        final byte[] since;
        final byte[] version;
        final byte[] dead;
        final byte[] mark;
        private final String before;

        Keys(String name, int partition) {
            String log = "cache:" + name + "!{p" + partition + "}:";
            this.owner = (log + "owner").getBytes(UTF_8);
            this.changes = (log + "changes").getBytes(UTF_8);
            this.due = (log + "due").getBytes(UTF_8);
            this.since = (log + "since").getBytes(UTF_8);
            this.version = (log + "version").getBytes(UTF_8);
            this.dead = (log + "dead").getBytes(UTF_8);
            this.mark = (log + "mark").getBytes(UTF_8);
            this.before = "cache:" + name + ":{p" + partition + "}:";
        }

        byte[] entry(String text) {
            return before.concat(text).getBytes(UTF_8);
        }
    }

    private final Connection connection;
    private final String name;
    private final WriteBehindOptions options;
    private final byte[] token = Tokens.next();
    private final Keys[] keys;

    ChangeLog(Connection connection, String name, WriteBehindOptions options) {
        this.connection = connection;
        this.name = name;
        this.options = options;
        this.keys = new Keys[options.partitions()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new Keys(name, i);
        }
    }

    /** The same in every process and for ever. */
    int partitionOf(String text) {
        return Math.floorMod((text.hashCode() * 0x9E3779B1) >>> 8, keys.length);
    }

    Keys keys(int partition) {
        return keys[partition];
    }

    /**
     * Makes sure that all processes spread the keys over the same number of partitions.
     *
     * @throws KeywrightException.Misused when they do not
     */
    void agree() {
        String key = "cache:" + name + "!partitions";
        String mine = Integer.toString(keys.length);
        Reply before = connection
                .call(Command.named("SET")
                        .key(key)
                        .argument(mine)
                        .argument("NX")
                        .argument("GET")
                        .buildRepeatable())
                .orThrow(key);
        if (!before.isNothing() && !before.text().equals(mine)) {
            throw new KeywrightException.Misused("The cache " + name + " writes behind with " + before.text()
                    + " partitions and not with " + mine
                    + ". Give the same number everywhere; to change it, let the backlog"
                    + " run empty, then delete the key " + key + ".");
        }
    }

    /** Takes or keeps the lease of a partition, and what is to be written. */
    Taken take(int partition, boolean eager) {
        Keys of = keys[partition];
        List<Reply> answer = call(TAKE.with(
                        new byte[][] {of.owner, of.changes, of.due, of.since},
                        token,
                        millis(options.lease()),
                        PlainShelf.number(options.batchSize()),
                        millis(options.delay()),
                        PlainShelf.number(eager ? 1 : 0),
                        PlainShelf.number(BATCH_BYTES)))
                .items();
        List<Pending> changes = new ArrayList<>();
        for (int i = 3; i < answer.size(); i += 3) {
            changes.add(new Pending(
                    answer.get(i).text(),
                    answer.get(i + 1).bytes(),
                    answer.get(i + 2).number()));
        }
        return new Taken(
                answer.get(0).number() == 1,
                answer.get(1).number(),
                answer.get(2).number(),
                changes);
    }

    void acknowledge(int partition, List<Pending> written) {
        Keys of = keys[partition];
        byte[][] arguments = new byte[2 * written.size()][];
        for (int i = 0; i < written.size(); i++) {
            arguments[2 * i] = written.get(i).text.getBytes(UTF_8);
            arguments[2 * i + 1] = written.get(i).versionBytes();
        }
        call(ACKNOWLEDGE.with(new byte[][] {of.changes, of.due, of.since, of.dead}, arguments));
    }

    void postpone(int partition, Pending change, int attempts, Duration pause) {
        Keys of = keys[partition];
        call(POSTPONE.with(
                new byte[][] {of.changes, of.due},
                change.text.getBytes(UTF_8),
                change.versionBytes(),
                PlainShelf.number(Math.min(attempts, MOST_ATTEMPTS)),
                millis(pause)));
    }

    /** Lays the change aside; false when there is no room for it. */
    boolean bury(int partition, Pending change, int attempts, String cause) {
        Keys of = keys[partition];
        long done = call(BURY.with(
                        new byte[][] {of.changes, of.due, of.since, of.dead},
                        change.text.getBytes(UTF_8),
                        change.versionBytes(),
                        PlainShelf.number(Math.min(attempts, MOST_ATTEMPTS)),
                        PlainShelf.number(share(options.maxDeadLetters(), keys.length)),
                        cause.getBytes(UTF_8)))
                .number();
        return done >= 0;
    }

    boolean redrive(String text) {
        Keys of = keys[partitionOf(text)];
        return call(REDRIVE.with(new byte[][] {of.changes, of.due, of.since, of.dead}, text.getBytes(UTF_8)))
                        .number()
                == 1;
    }

    boolean discard(String text) {
        return connection
                        .call(Command.named("HDEL")
                                .key(keys[partitionOf(text)].dead)
                                .argument(text)
                                .buildRepeatable())
                        .orThrow(where())
                        .number()
                == 1;
    }

    /** Of what all partitions may hold together. */
    static int share(int whole, int partitions) {
        return (int) (((long) whole + partitions - 1) / partitions);
    }

    /** Up to so many of the changes laid aside in a partition. */
    List<Dead> dead(int partition, int most) {
        List<Dead> found = new ArrayList<>();
        String cursor = "0";
        do {
            List<Reply> page = connection
                    .call(Command.named("HSCAN")
                            .key(keys[partition].dead)
                            .argument(cursor)
                            .argument("COUNT")
                            .argument(100)
                            .buildRepeatable())
                    .orThrow(where())
                    .items();
            cursor = page.get(0).text();
            List<Reply> fields = page.get(1).items();
            for (int i = 0; i < fields.size() && found.size() < most; i += 2) {
                found.add(dead(fields.get(i).text(), fields.get(i + 1).bytes()));
            }
        } while (!cursor.equals("0") && found.size() < most);
        return found;
    }

    private static Dead dead(String text, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] cause = new byte[buffer.getInt()];
        buffer.get(cause);
        byte[] change = new byte[buffer.remaining()];
        buffer.get(change);
        return new Dead(new Pending(text, change, 0), new String(cause, UTF_8));
    }

    /** Keeps the lease of a partition for its whole time from now on; false when it is lost. */
    boolean renew(int partition) {
        return call(LEASE.with(keys[partition].owner, token, millis(options.lease())))
                        .number()
                == 1;
    }

    void release(int partition) {
        call(LEASE.with(keys[partition].owner, token, PlainShelf.number(0)));
    }

    List<Size> sizes() {
        List<Errand> errands = new ArrayList<>();
        for (Keys of : keys) {
            errands.add(Errand.of(
                    BACKLOG.with(new byte[][] {of.changes, of.since, of.dead}).repeatable()));
        }
        List<Size> sizes = new ArrayList<>();
        for (Reply reply :
                Errand.batch(errands, connection, connection.options().timeout())) {
            List<Reply> parts = reply.orThrow(where()).items();
            sizes.add(new Size(
                    parts.get(0).number(), parts.get(1).number(), parts.get(2).number()));
        }
        return sizes;
    }

    private Reply call(Script.Invocation script) {
        return script.repeatable()
                .call(connection, connection.options().timeout())
                .orThrow(where());
    }

    private static byte[] millis(Duration duration) {
        return PlainShelf.number(duration.toMillis());
    }

    private String where() {
        return "change log of the cache " + name;
    }
}
