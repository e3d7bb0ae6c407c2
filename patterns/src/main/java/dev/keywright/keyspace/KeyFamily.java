package dev.keywright.keyspace;

import dev.keywright.codec.KeyCodec;
import dev.keywright.key.KeySpace;
import java.util.List;
import java.util.Optional;

/**
 * Keys of one kind, one for each entity: {@code shop:cart:{42}:items}. Two entities never share a key; all parts of one entity share a hash
 * slot, so one script or transaction can use them on a Cluster, and different entities spread over it. Immutable; threads: any number.
 *
 * <pre>{@code
 * KeyFamily<Long> carts = KeyFamily.of("shop", "cart", KeyCodec.LONG);
 * carts.key(42L, "items"); // shop:cart:{42}:items
 * }</pre>
 *
 * @param <K> what tells the entities apart
 */
public final class KeyFamily<K> {

    private final String stem;
    private final KeySpace keys;
    private final KeyCodec<K> codec;

    private KeyFamily(String application, String entity, KeyCodec<K> codec) {
        this.stem = application + ':' + entity + ":{";
        this.keys = KeySpace.of(application, entity);
        this.codec = codec;
    }

    /**
     * @param application whose keys these are, such as {@code shop}
     * @param entity what they are about, such as {@code cart}
     * @throws IllegalArgumentException when one of them is no good name, see {@link KeyNames}
     */
    public static <K> KeyFamily<K> of(String application, String entity, KeyCodec<K> codec) {
        for (String word : List.of(application, entity)) {
            KeyNames.require(word);
        }
        return new KeyFamily<>(application, entity, codec);
    }

    /** @param part of the entity, such as {@code items} */
    public String key(K id, String part) {
        KeyNames.require(part);
        return keys.key(codec.text().apply(id), part);
    }

    /** The pattern that fits that part of all entities, and nothing of another family. */
    public String pattern(String part) {
        KeyNames.require(part);
        return stem + "*}:" + part;
    }

    /** The entity whose key it is; empty when it is of another family. */
    public Optional<K> id(String key) {
        int end = key.indexOf('}');
        if (!key.startsWith(stem) || end <= stem.length()) {
            return Optional.empty();
        }
        String tag = key.substring(stem.length(), end).replace("%7D", "}").replace("%25", "%");
        return Optional.of(codec.key().apply(tag));
    }

    @Override
    public String toString() {
        return stem + "...}";
    }
}
