package dev.keywright.cache;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Tracking;
import dev.keywright.connection.Tracking.Tracked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Looks what Redis has, and makes values of it. Most caches need one GET for that; those whose values have an age ask for PTTL in the same
 * flush, and those with tags for the versions of the key's tags. With a near cache the reads go over its connections, and values are kept.
 * No clock of this process takes part.
 */
final class Reader<K, V> {

    private static final byte[] NO_VERSIONS = {};

    private final Connection connection;
    private final Shelf shelf;
    private final Codec<V> codec;
    private final int schema;
    private final boolean aged;
    private final @Nullable Tags<K> tags;
    private final @Nullable Copies<K, V> copies;
    private final @Nullable Merges<Reply> plainMerges;
    private final @Nullable Merges<Answers> merges;
    private final Duration deadline;
    private final long notCopiedMillis;
    private final Tally tally;

    Reader(
            CacheBuilder<K, V> builder,
            Shelf shelf,
            @Nullable Tags<K> tags,
            @Nullable Copies<K, V> copies,
            Tally tally) {
        this.connection = builder.connection;
        this.shelf = shelf;
        this.codec = builder.codec;
        this.schema = builder.schema;
        this.aged = builder.isRenewable() || copies != null;
        this.tags = tags;
        this.copies = copies;
        this.deadline = builder.deadline;
        this.plainMerges = builder.mergeReads && isPlain() ? new Merges<>(deadline) : null;
        this.merges = builder.mergeReads && !isPlain() ? new Merges<>(deadline) : null;
        this.notCopiedMillis = builder.staleIfError.plus(builder.refreshAhead).toMillis();
        this.tally = tally;
    }

    /** Whether a look is one GET. */
    boolean isPlain() {
        return !aged && tags == null;
    }

    // --- the plain way

    private Command get(String text) {
        byte[] key = shelf.key(text);
        return Command.named("GET", key.length).key(key).buildRepeatable();
    }

    /** The answer to GET, where {@link #isPlain}. */
    Reply read(String text) {
        return plainMerges == null
                ? connection.call(get(text), deadline)
                : plainMerges.read(text, () -> connection.call(get(text), deadline));
    }

    /** The value, where it is one with nothing beside it: the way most reads go. Null calls for {@link #sight(Reply)}. */
    @Nullable
    V bareValue(Reply reply) {
        if (reply instanceof Reply.Text text) {
            byte[] bytes = text.bytes();
            if (Entry.isBare(bytes, schema)) {
                try {
                    return codec.decode(bytes[2], bytes, Entry.HEAD, bytes.length - Entry.HEAD);
                } catch (IllegalArgumentException damaged) {
                    return null;
                }
            }
        }
        return null;
    }

    /** What the answer to GET amounts to. */
    Sight<V> sight(Reply reply) {
        Reply entry = reply.orThrow("GET of a cache");
        return entry.isNothing() ? Sight.nothing() : sight(entry.bytes(), Long.MAX_VALUE, NO_VERSIONS);
    }

    // --- what entries amount to

    /** @param versions those that the key's tags have now; null when one of them has none */
    Sight<V> sight(byte[] bytes, long leftMillis, byte @Nullable [] versions) {
        Entry entry = Entry.of(bytes);
        if (entry == null) {
            return bytes.length > 0 && (bytes[0] == Entry.VALUE || bytes[0] == Entry.ABSENT)
                    ? undecodable(bytes)
                    : Sight.nothing();
        }
        if (entry.schema() != schema) {
            return undecodable(bytes);
        }
        if (versions == null || !entry.hasVersions(versions)) {
            return Sight.worthless(bytes); // forgotten by its tag
        }
        if (entry.isAbsent()) {
            return Sight.absent(leftMillis);
        }
        try {
            V value = codec.decode(entry.format(), bytes, entry.payloadAt(), entry.payloadLength());
            return Sight.value(value, entry, leftMillis);
        } catch (IllegalArgumentException damaged) {
            return undecodable(bytes);
        }
    }

    private Sight<V> undecodable(byte[] bytes) {
        tally.undecodable.increment();
        return Sight.worthless(bytes);
    }

    /** What PTTL means: -1 for ever, -2 just over. */
    static long life(long pttl) {
        return pttl == -1 ? Long.MAX_VALUE : Math.max(0, pttl);
    }

    // --- looking

    Sight<V> look(K key, String text) {
        if (isPlain()) {
            return sight(read(text));
        }
        Look look = new Look(key, text);
        List<Command> commands = new ArrayList<>();
        look.ask(commands);
        if (merges == null) {
            return look.read(ask(commands), 0, true);
        }
        @Nullable Answers[] own = new Answers[1]; // stays empty when another one's read is shared
        Answers answers = merges.read(text, () -> own[0] = ask(commands));
        return look.read(answers, 0, own[0] != null);
    }

    CompletionStage<Sight<V>> lookLater(K key, String text) {
        if (isPlain()) {
            return connection.send(get(text), deadline).thenApply(this::sight);
        }
        Look look = new Look(key, text);
        List<Command> commands = new ArrayList<>();
        look.ask(commands);
        return askLater(commands).thenApply(answers -> look.read(answers, 0, true));
    }

    /** One flush per node, whatever their number. */
    List<Sight<V>> lookAll(List<K> keys, List<String> texts) {
        List<Look> looks = looks(keys, texts);
        return readAll(looks, ask(commands(looks)));
    }

    CompletionStage<List<Sight<V>>> lookAllLater(List<K> keys, List<String> texts) {
        List<Look> looks = looks(keys, texts);
        return askLater(commands(looks)).thenApply(answers -> readAll(looks, answers));
    }

    private List<Look> looks(List<K> keys, List<String> texts) {
        List<Look> looks = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            looks.add(new Look(keys.get(i), texts.get(i)));
        }
        return looks;
    }

    private List<Command> commands(List<Look> looks) {
        List<Command> commands = new ArrayList<>(looks.size());
        looks.forEach(look -> look.ask(commands));
        return commands;
    }

    private List<Sight<V>> readAll(List<Look> looks, Answers answers) {
        List<Sight<V>> sights = new ArrayList<>(looks.size());
        int at = 0;
        for (Look look : looks) {
            sights.add(look.read(answers, at, true));
            at += look.answers();
        }
        return sights;
    }

    /** Replies, and with a near cache the bonds under which they came. */
    private record Answers(List<Reply> replies, List<Tracking.Bond> bonds) {

        static Answers of(List<Tracked> tracked) {
            return new Answers(
                    tracked.stream().map(Tracked::reply).toList(),
                    tracked.stream().map(Tracked::bond).toList());
        }
    }

    private Answers ask(List<Command> commands) {
        return copies == null
                ? new Answers(connection.batch(commands, deadline), List.of())
                : Answers.of(copies.tracking.batch(commands, deadline));
    }

    private CompletionStage<Answers> askLater(List<Command> commands) {
        return copies == null
                ? all(commands.stream()
                                .map(command -> connection.send(command, deadline))
                                .toList())
                        .thenApply(replies -> new Answers(replies, List.of()))
                : all(commands.stream()
                                .map(command -> copies.tracking.send(command, deadline))
                                .toList())
                        .thenApply(Answers::of);
    }

    private static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> stages) {
        List<CompletableFuture<T>> futures =
                stages.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(all -> futures.stream().map(CompletableFuture::join).toList());
    }

    /** One key that is looked at: what is asked for it, and what the answers amount to. */
    private final class Look {

        private final K key;
        private final String text;
        private final List<String> tagged;
        private final Near<K, V>.@Nullable Attempt attempt;

        Look(K key, String text) {
            this.key = key;
            this.text = text;
            this.tagged = tags == null ? List.of() : tags.of(key);
            this.attempt = copies == null ? null : copies.near.begin(shelf.key(text));
            if (attempt != null && tags != null) {
                tagged.forEach(tag -> attempt.also(tags.key(tag)));
            }
        }

        void ask(List<Command> commands) {
            commands.add(get(text));
            if (aged) {
                commands.add(Command.named("PTTL").key(shelf.key(text)).buildRepeatable());
            }
            if (tags != null) {
                tagged.forEach(tag ->
                        commands.add(Command.named("GET").key(tags.key(tag)).buildRepeatable()));
            }
        }

        int answers() {
            return (aged ? 2 : 1) + tagged.size();
        }

        /** @param own whether it was asked for by this look, so that nothing could change unseen */
        Sight<V> read(Answers answers, int at, boolean own) {
            List<Reply> replies = answers.replies;
            Reply entry = replies.get(at).orThrow("GET of a cache");
            if (entry.isNothing()) {
                return Sight.nothing();
            }
            int next = at + 1;
            long left = Long.MAX_VALUE;
            if (aged) {
                left = life(replies.get(next).orThrow("PTTL of a cache").number());
                next++;
            }
            byte[] versions = Tags.versions(replies, next, 1, tagged.size(), null);
            Sight<V> sight = sight(entry.bytes(), left, versions);
            if (own && attempt != null && sight.value != null && left > notCopiedMillis) {
                Duration remaining = Duration.ofMillis(left - notCopiedMillis);
                boolean unused = attempt.keep(
                        key, sight.value, entry.bytes().length, remaining, answers.bonds.subList(at, at + answers()));
            }
            return sight;
        }
    }

    // --- what was written

    /** Before a write of this process, and after it: nobody gets what was read before. */
    void forget(String text) {
        if (copies != null) {
            copies.near.forget(shelf.key(text));
        }
        if (plainMerges != null) {
            plainMerges.detach(text);
        } else if (merges != null) {
            merges.detach(text);
        }
    }

    void forgetTag(byte[] tagKey) {
        if (copies != null) {
            copies.near.forget(tagKey);
        }
        if (merges != null) {
            merges.detachAll();
        }
    }
}
