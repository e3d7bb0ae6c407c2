package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tags of a cache's keys. A tag has a version in Redis, {@code cache:<name>!tag:<tag>}; a value remembers the versions that its tags
 * had before it was loaded, and counts only as long as they are the same. So a new version forgets all values of a tag with one command.
 * A version is a name given once, no number: one that was evicted comes back as another one, and old values stay forgotten.
 */
final class Tags<K> {

    private static final int MOST = 255;

    private final String before;
    private final Function<? super K, ? extends Collection<String>> tagsOf;
    private final long lifeMillis;

    /** @param lifeMillis how long a value lives at most, unless a call says otherwise */
    Tags(String name, Function<? super K, ? extends Collection<String>> tagsOf, long lifeMillis) {
        this.before = "cache:" + name + "!tag:";
        this.tagsOf = tagsOf;
        this.lifeMillis = lifeMillis;
    }

    /** In an order that is always the same. */
    List<String> of(K key) {
        Set<String> tags = new TreeSet<>(tagsOf.apply(key));
        if (tags.size() > MOST) {
            throw new IllegalArgumentException(
                    "A key has " + tags.size() + " tags; the most is " + MOST + ". Use fewer, coarser ones.");
        }
        return List.copyOf(tags);
    }

    /**
     * Two errands a tag: makes a version where there is none, answering the one there was, and lets it live as long as a value.
     *
     * @return how many tags there are
     */
    int hold(K key, byte[] fresh, long millis, List<? super Errand> errands) {
        long life = Math.max(millis, lifeMillis);
        List<String> tags = of(key);
        for (String tag : tags) {
            errands.add(Errand.of(Command.named("SET")
                    .key(key(tag))
                    .argument(fresh)
                    .argument("NX")
                    .argument("GET")
                    .argument("PX")
                    .argument(life)
                    .buildRepeatable()));
            errands.add(Errand.of(Command.named("PEXPIRE")
                    .key(key(tag))
                    .argument(life)
                    .argument("GT")
                    .buildRepeatable()));
        }
        return tags.size();
    }

    Command change(String tag) {
        return Command.named("SET")
                .key(key(tag))
                .argument(Tokens.next())
                .argument("PX")
                .argument(lifeMillis)
                .build(); // sent twice it could bring back a version that somebody else changed meanwhile
    }

    byte[] key(String tag) {
        return before.concat(tag).getBytes(UTF_8);
    }

    /** The versions side by side, or null when one is missing. {@code step} is how many answers there are to each tag. */
    static byte @Nullable [] versions(List<Reply> replies, int from, int step, int count, byte @Nullable [] fresh) {
        byte[] versions = new byte[Entry.TOKEN * count];
        for (int i = 0; i < count; i++) {
            Reply reply = replies.get(from + i * step).orThrow("the version of a tag");
            byte[] version = reply.isNothing() ? fresh : reply.bytes();
            if (version == null || version.length != Entry.TOKEN) {
                return null;
            }
            System.arraycopy(version, 0, versions, Entry.TOKEN * i, Entry.TOKEN);
        }
        return versions;
    }
}
