package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes where values belong first, and caches what was written if nobody else was at work on the key: begin-write.lua, the writer,
 * end-write.lua. From the first to the last nobody stores what a load brings. A writer that dies leaves a key that says nothing and ends by
 * itself; one that fails, one that overlaps another, one whose lease ran out leave no value at all.
 */
final class Through<K, V> {

    private static final Script BEGIN = Script.beside(Through.class, "begin-write.lua");
    private static final Script END = Script.beside(Through.class, "end-write.lua");

    private final Connection connection;
    private final String where;
    private final Shelf shelf;
    private final Packer<V> packer;
    private final @Nullable Tags<K> tags;
    private final Writer<K, V> writer;
    private final Tally tally;
    private final Duration deadline;
    private final byte[] lease;

    Through(
            CacheBuilder<K, V> builder,
            Shelf shelf,
            Packer<V> packer,
            @Nullable Tags<K> tags,
            Writer<K, V> writer,
            Tally tally) {
        this.connection = builder.connection;
        this.where = "cache " + builder.name;
        this.shelf = shelf;
        this.packer = packer;
        this.tags = tags;
        this.writer = writer;
        this.tally = tally;
        this.deadline = builder.deadline;
        this.lease = PlainShelf.number(builder.loadTimeout.toMillis());
    }

    /** One change on its way: a value, or a removal when there is none. */
    static final class Write<K, V> {

        final K key;
        final String text;
        final @Nullable V value;
        private final long lifeMillis;
        private final byte[] token = Tokens.next();
        private byte[] body = Packer.NOTHING;
        private byte @Nullable [] versions;

        Write(K key, String text, @Nullable V value, long lifeMillis) {
            this.key = key;
            this.text = text;
            this.value = value;
            this.lifeMillis = lifeMillis;
        }
    }

    /**
     * Makes the changes.
     *
     * @throws KeywrightException.Unavailable when Redis is away before anything was written
     */
    void write(List<Write<K, V>> writes) {
        boolean unused = write(writes, null);
    }

    /** Makes the change if there is no value; {@code worthless} tells one that counts as none. */
    boolean writeIfAbsent(Write<K, V> write, byte[] worthless) {
        return write(List.of(write), worthless);
    }

    private boolean write(List<Write<K, V>> writes, byte @Nullable [] ifNothingBut) {
        for (Write<K, V> write : writes) {
            if (write.value != null) {
                write.body = packer.checkedBody(write.value);
            }
        }
        if (!begin(writes, ifNothingBut)) {
            return false;
        }
        boolean written = false;
        try {
            writer.write(writes.stream().map(Through::change).toList());
            written = true;
        } catch (Exception failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw LoadFailures.raised(failure);
        } finally {
            end(writes, written);
        }
        return true;
    }

    private static <K, V> Change<K, V> change(Write<K, V> write) {
        return new Change<>(write.key, Optional.ofNullable(write.value), 0);
    }

    private boolean begin(List<Write<K, V>> writes, byte @Nullable [] ifNothingBut) {
        List<Errand> errands = new ArrayList<>();
        int[] tagged = new int[writes.size()];
        for (int i = 0; i < tagged.length; i++) {
            Write<K, V> write = writes.get(i);
            errands.add(Errand.of(BEGIN.with(
                            shelf.key(write.text),
                            write.token,
                            lease,
                            PlainShelf.number(ifNothingBut == null ? 0 : 1),
                            ifNothingBut == null ? Packer.NOTHING : ifNothingBut)
                    .repeatable()));
            tagged[i] = tags == null ? 0 : tags.hold(write.key, write.token, write.lifeMillis, errands);
        }
        List<Reply> replies = Errand.batch(errands, connection, deadline);
        boolean begun = true;
        for (int i = 0, at = 0; i < tagged.length; at += 1 + 2 * tagged[i], i++) {
            begun &= replies.get(at).orThrow(where).number() == 1;
            Write<K, V> write = writes.get(i);
            write.versions = tags == null ? null : Tags.versions(replies, at + 1, 2, tagged[i], write.token);
        }
        return begun;
    }

    /** Where Redis does not answer, the keys end by themselves and are loaded anew; the write was made, so nobody is told. */
    private void end(List<Write<K, V>> writes, boolean written) {
        List<Errand> errands = new ArrayList<>();
        for (Write<K, V> write : writes) {
            byte[] entry = written && write.value != null
                    ? PlainShelf.joined(packer.head(0, write.versions), write.body)
                    : Packer.NOTHING;
            errands.add(
                    Errand.of(END.with(shelf.key(write.text), write.token, entry, PlainShelf.number(write.lifeMillis))
                            .repeatable()));
        }
        if (Thread.currentThread().isInterrupted()) {
            errands.forEach(errand -> errand.send(connection, deadline));
            return;
        }
        try {
            Errand.batch(errands, connection, deadline);
        } catch (KeywrightException notEnded) {
            tally.away.increment();
        }
    }
}
