package dev.keywright.tag;

import dev.keywright.page.Ids;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which items: those that have all of some tags, and any of some, and none of some.
 *
 * @param all tags that an item must have
 * @param any tags of which it must have one, when there are some
 * @param none tags that it must not have
 */
public record TagQuery(List<String> all, List<String> any, List<String> none) {

    /** How many tags a query may name. */
    public static final int MOST = 50;

    public TagQuery {
        all = once(all);
        any = once(any);
        none = once(none);
        if (all.isEmpty() && any.isEmpty()) {
            throw new IllegalArgumentException("No tag is asked for; give some that items must have, or one of some");
        }
        if (all.size() + any.size() + none.size() > MOST) {
            throw new IllegalArgumentException("More than " + MOST + " tags are asked for; give fewer");
        }
        Stream.of(all, any, none).flatMap(List::stream).forEach(tag -> Ids.bytes("tag", tag));
    }

    private static List<String> once(List<String> tags) {
        return List.copyOf(new LinkedHashSet<>(tags));
    }

    /** Items that have all of these. */
    public static TagQuery allOf(String... tags) {
        return new TagQuery(List.of(tags), List.of(), List.of());
    }

    /** Items that have one of these at least. */
    public static TagQuery anyOf(String... tags) {
        return new TagQuery(List.of(), List.of(tags), List.of());
    }

    /** Of those, the ones that have one of these at least. */
    public TagQuery any(String... tags) {
        return new TagQuery(all, List.of(tags), none);
    }

    /** Of those, the ones that have none of these. */
    public TagQuery none(String... tags) {
        return new TagQuery(all, any, List.of(tags));
    }

    boolean isOnlyAll() {
        return any.isEmpty() && none.isEmpty();
    }

    boolean matches(Set<String> tags) {
        return tags.containsAll(all)
                && (any.isEmpty() || any.stream().anyMatch(tags::contains))
                && none.stream().noneMatch(tags::contains);
    }

    /** The same in every process. */
    String digest() {
        return Integer.toHexString(List.of(all, any, none).hashCode());
    }
}
