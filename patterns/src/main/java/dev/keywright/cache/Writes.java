package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Writing: with one command, or through a writer ({@link Through}). What this process read or loads is of no use after it; and a key that a
 * write leaves in doubt is {@link Owed}.
 */
final class Writes<K, V> {

    private final Connection connection;
    private final Texts<K> texts;
    private final Shelf shelf;
    private final Packer<V> packer;
    private final Reader<K, V> reader;
    private final Loads<K, V> loads;
    private final @Nullable Tags<K> tags;
    private final @Nullable Through<K, V> through;
    private final Owed owed;
    private final Background background;
    private final Duration deadline;

    Writes(
            CacheBuilder<K, V> builder,
            Texts<K> texts,
            Shelf shelf,
            Packer<V> packer,
            Reader<K, V> reader,
            Loads<K, V> loads,
            @Nullable Tags<K> tags,
            Owed owed,
            Background background,
            Tally tally) {
        this.connection = builder.connection;
        this.texts = texts;
        this.shelf = shelf;
        this.packer = packer;
        this.reader = reader;
        this.loads = loads;
        this.tags = tags;
        this.through =
                builder.writer == null ? null : new Through<>(builder, shelf, packer, tags, builder.writer, tally);
        this.owed = owed;
        this.background = background;
        this.deadline = builder.deadline;
    }

    void put(K key, V value) {
        put(key, value, packer.life());
    }

    void put(K key, V value, Duration ttl) {
        put(key, value, packer.life(ttl));
    }

    private void put(K key, V value, long lifeMillis) {
        String text = texts.of(key);
        Objects.requireNonNull(value, "value");
        if (through != null) {
            writeThrough(List.of(new Through.Write<>(key, text, value, lifeMillis)));
            return;
        }
        byte[] body = packer.checkedBody(value);
        byte[] head = packer.head(
                0, tags == null ? null : versions(List.of(key), lifeMillis).get(0));
        write(text, shelf.put(text, head, body, lifeMillis));
    }

    /** Those of the keys' tags before the write, so that an invalidation at the same time counts; one flush. */
    private List<byte @Nullable []> versions(List<K> keys, long lifeMillis) {
        if (tags == null) {
            return Collections.nCopies(keys.size(), null);
        }
        byte[] fresh = Tokens.next();
        List<Errand> errands = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (K key : keys) {
            counts.add(tags.hold(key, fresh, lifeMillis, errands));
        }
        List<Reply> replies = held(keys, errands);
        List<byte @Nullable []> versions = new ArrayList<>();
        int at = 0;
        for (int count : counts) {
            versions.add(Tags.versions(replies, at, 2, count, fresh));
            at += 2 * count;
        }
        return versions;
    }

    private List<Reply> held(List<K> keys, List<Errand> errands) {
        try {
            return errands.isEmpty() ? List.of() : Errand.batch(errands, connection, deadline);
        } catch (KeywrightException.Unavailable e) {
            owed.add(texts.all(keys)); // they keep what was to be replaced
            throw e;
        }
    }

    private void write(String text, Errand errand) {
        reader.forget(text);
        try {
            errand.call(connection, deadline).orThrow(texts.where());
        } catch (KeywrightException.Unavailable e) {
            owed.add(List.of(text));
            throw e;
        } finally {
            written(text);
        }
    }

    /** Also when nobody knows whether it was done: nobody may join a read or a load that began before. */
    private void written(String text) {
        loads.flights().detach(text);
        reader.forget(text);
    }

    private void writeThrough(List<Through.Write<K, V>> writes) {
        if (through == null) {
            return;
        }
        writes.forEach(write -> reader.forget(write.text));
        try {
            through.write(writes);
        } finally {
            writes.forEach(write -> written(write.text));
        }
    }

    void putAll(Map<? extends K, ? extends V> values) {
        if (values.isEmpty()) {
            return;
        }
        if (through != null) {
            List<Through.Write<K, V>> writes = new ArrayList<>();
            values.forEach((key, value) -> writes.add(
                    new Through.Write<>(key, texts.of(key), Objects.requireNonNull(value, "value"), packer.life())));
            writeThrough(writes);
            return;
        }
        List<K> all = List.copyOf(values.keySet());
        List<String> texts = this.texts.all(all);
        List<byte @Nullable []> versions = versions(all, 0);
        List<Errand> errands = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            byte[] body = packer.checkedBody(Objects.requireNonNull(values.get(all.get(i)), "value"));
            errands.add(shelf.put(texts.get(i), packer.head(0, versions.get(i)), body, packer.life()));
        }
        writeAll(texts, errands);
    }

    private void writeAll(List<String> texts, List<Errand> errands) {
        texts.forEach(reader::forget);
        try {
            Errand.batch(errands, connection, deadline).forEach(reply -> reply.orThrow(this.texts.where()));
        } catch (KeywrightException.Unavailable e) {
            owed.add(texts);
            throw e;
        } finally {
            texts.forEach(this::written);
        }
    }

    boolean putIfAbsent(K key, V value) {
        String text = texts.of(key);
        Objects.requireNonNull(value, "value");
        if (owed.includes(text)) { // what is there may be what a write in doubt has replaced
            throw owed.inDoubt(texts.where());
        }
        Sight<V> sight = reader.look(key, text);
        if (sight.kind == Sight.Kind.VALUE && !loads.isStale(sight)) {
            return false;
        }
        long life = packer.life();
        reader.forget(text);
        try {
            if (through != null) {
                return through.writeIfAbsent(new Through.Write<>(key, text, value, life), sight.start());
            }
            byte[] body = packer.checkedBody(value);
            byte[] head = packer.head(0, versions(List.of(key), life).get(0));
            return shelf.putIfAbsent(text, head, body, life, sight.start())
                            .call(connection, deadline)
                            .orThrow(texts.where())
                            .number()
                    == 1;
        } catch (KeywrightException.Unavailable e) {
            owed.add(List.of(text));
            throw e;
        } finally {
            written(text);
        }
    }

    void invalidate(K key) {
        String text = texts.of(key);
        write(text, shelf.invalidate(text));
    }

    void remove(K key) {
        String text = texts.of(key);
        if (through != null) {
            writeThrough(List.of(new Through.Write<>(key, text, null, packer.life())));
        } else {
            write(text, shelf.remove(text));
        }
    }

    void invalidateAll(Collection<? extends K> keys) {
        if (keys.isEmpty()) {
            return;
        }
        List<String> texts = this.texts.all(List.copyOf(keys));
        writeAll(texts, texts.stream().map(shelf::invalidate).toList());
    }

    void invalidateTag(String tag) {
        if (tags == null) {
            throw new KeywrightException.Misused(
                    "The " + texts.where() + " has no tags. Say with tags(...) which ones a key has.");
        }
        texts.ensureOpen();
        reader.forgetTag(tags.key(tag));
        try {
            connection.call(tags.change(tag), deadline).orThrow(texts.where());
        } finally {
            loads.flights().detachAll();
            reader.forgetTag(tags.key(tag));
        }
    }

    // --- later

    CompletionStage<Void> putAsync(K key, V value) {
        if (through != null || tags != null) {
            return background.supply(() -> {
                put(key, value);
                return null;
            });
        }
        String text = texts.of(key);
        long life = packer.life();
        byte[] body = packer.checkedBody(Objects.requireNonNull(value, "value"));
        return writeLater(text, shelf.put(text, packer.head(0, null), body, life));
    }

    CompletionStage<Void> invalidateAsync(K key) {
        String text = texts.of(key);
        return writeLater(text, shelf.invalidate(text));
    }

    private CompletionStage<Void> writeLater(String text, Errand errand) {
        reader.forget(text);
        return errand.send(connection, deadline)
                .thenAccept(reply -> reply.orThrow(texts.where()))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        owed.add(List.of(text));
                    }
                    written(text);
                });
    }
}
